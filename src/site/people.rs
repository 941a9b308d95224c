//! Who may do what: managers, operators, user lists, departments, projects and users.

use super::Site;
use serde::Deserialize;
use std::sync::LazyLock;

/// A user list (userset): an access list, a department, or both.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserList {
    pub name: String,
    #[serde(rename = "type", default = "access_list")]
    pub kinds: Vec<UserListKind>,
    #[serde(default)]
    pub fshare: u64,
    #[serde(default)]
    pub oticket: u64,
    /// Users, and groups as `@group`.
    #[serde(default)]
    pub entries: Vec<String>,
}

/// What a user list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum UserListKind {
    Acl,
    Dept,
}

impl UserList {
    /// True where the user, or the group, is in the list.
    pub fn has(&self, user: &str, group: &str) -> bool {
        self.entries.iter().any(|entry| entry.strip_prefix('@').map_or(entry == user, |name| name == group))
    }
}

/// A project.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub name: String,
    #[serde(default)]
    pub oticket: u64,
    #[serde(default)]
    pub fshare: u64,
    /// User lists that may use it, and those that may not; empty: everybody, nobody.
    #[serde(default)]
    pub acl: Vec<String>,
    #[serde(default)]
    pub xacl: Vec<String>,
}

/// A user the site knows more of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub name: String,
    #[serde(default)]
    pub oticket: u64,
    #[serde(default)]
    pub fshare: u64,
    #[serde(default)]
    pub delete_time: u64,
    /// The project of jobs without -P.
    pub default_project: Option<String>,
}

/// The user lists every Grid Engine has.
fn built_in() -> &'static [UserList] {
    static ALL: LazyLock<Vec<UserList>> = LazyLock::new(|| {
        let list = |name: &str, kind| UserList { name: name.into(), kinds: vec![kind], fshare: 0, oticket: 0, entries: Vec::new() };
        vec![list("arusers", UserListKind::Acl), list("deadlineusers", UserListKind::Acl), list(DEFAULT_DEPARTMENT, UserListKind::Dept)]
    });
    &ALL
}

/// The department of everybody who is in no other.
pub const DEFAULT_DEPARTMENT: &str = "defaultdepartment";

impl Site {
    /// May change everybody's jobs and the configuration.
    pub fn is_manager(&self, user: &str) -> bool {
        self.managers.iter().any(|manager| manager == user)
    }

    /// May change everybody's jobs: operators and managers.
    pub fn is_operator(&self, user: &str) -> bool {
        self.is_manager(user) || self.operators.iter().any(|operator| operator == user)
    }

    /// A user list by its exact name.
    pub fn user_list(&self, name: &str) -> Option<&UserList> {
        self.own_user_lists.iter().chain(built_in()).find(|list| list.name == name)
    }

    /// Every user list, by name.
    pub fn user_lists(&self) -> Vec<&UserList> {
        let built_in = built_in().iter().filter(|list| !self.own_user_lists.iter().any(|own| own.name == list.name));
        let mut all: Vec<&UserList> = self.own_user_lists.iter().chain(built_in).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The name of a user's department; `group` is the user's primary group.
    pub fn department(&self, user: &str, group: &str) -> &str {
        let department = |list: &&UserList| list.kinds.contains(&UserListKind::Dept) && list.has(user, group);
        self.own_user_lists.iter().find(department).map_or(DEFAULT_DEPARTMENT, |list| &list.name)
    }

    /// A project by its exact name.
    pub fn project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == name)
    }

    /// A user the site has settings of.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// True where the lists let the user in: in one of `lists` (or there are none), and in none of `xlists`.
    pub fn lets_in(&self, lists: &[String], xlists: &[String], user: &str, group: &str) -> bool {
        let is_in = |name: &String| self.user_list(name).is_some_and(|list| list.has(user, group));
        (lists.is_empty() || lists.iter().any(is_in)) && !xlists.iter().any(is_in)
    }

    /// True where the user may send jobs to the project.
    pub fn may_use_project(&self, project: &Project, user: &str, group: &str) -> bool {
        self.lets_in(&project.acl, &project.xacl, user, group)
    }
}

fn access_list() -> Vec<UserListKind> {
    vec![UserListKind::Acl]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_users_and_groups() {
        let text = "operators = [\"olga\"]\n[[user_list]]\nname = \"lab\"\ntype = [\"ACL\", \"DEPT\"]\nentries = [\"@tools\", \"alice\"]\n\
                    [[project]]\nname = \"p\"\nacl = [\"lab\"]\n";
        let site = Site::parse(text, "site.toml").expect("a site");
        assert_eq!((site.department("alice", "users"), site.department("bob", "users")), ("lab", DEFAULT_DEPARTMENT));
        let project = site.project("p").expect("a project");
        assert!(site.may_use_project(project, "bob", "tools") && !site.may_use_project(project, "bob", "users"));
        assert!(site.is_operator("olga") && site.is_operator("root") && !site.is_manager("olga"));
        let names: Vec<&str> = site.user_lists().iter().map(|list| list.name.as_str()).collect();
        assert_eq!(names, ["arusers", "deadlineusers", "defaultdepartment", "lab"]);
    }
}
