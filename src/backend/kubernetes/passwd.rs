//! The password and group files of a pod: root, daemon, nobody and the submitter, so that `getpwuid`, `~` and `id` say in the pod
//! what they say on the submit host.

use crate::job::Submitter;

/// `/etc/passwd`.
pub fn passwd(who: &Submitter) -> String {
    let Submitter { user, uid, gid, home, shell, .. } = who;
    format!(
        "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n\
         nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n{user}:x:{uid}:{gid}::{home}:{shell}\n"
    )
}

/// `/etc/group`; `name_of` names a group id where it has a name.
pub fn group(who: &Submitter, name_of: impl Fn(u32) -> Option<String>) -> String {
    let mut text = String::from("root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n");
    let mut known = vec![0, 1, 65534];
    for &gid in std::iter::once(&who.gid).chain(&who.gids) {
        if known.contains(&gid) {
            continue;
        }
        known.push(gid);
        let (name, members) = if gid == who.gid {
            (Some(who.group.clone()).filter(|group| group.parse::<u32>().is_err()).or_else(|| name_of(gid)), "")
        } else {
            (name_of(gid), who.user.as_str())
        };
        if let Some(name) = name {
            text.push_str(&format!("{name}:x:{gid}:{members}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_submitter_and_the_groups_are_named() {
        let who = Submitter {
            user: "bob".into(),
            uid: 5002,
            group: "tools".into(),
            gid: 6001,
            gids: vec![6001, 7001, 7002],
            home: "/home/bob".into(),
            shell: "/bin/bash".into(),
            ..Submitter::default()
        };
        assert!(passwd(&who).ends_with("\nbob:x:5002:6001::/home/bob:/bin/bash\n"));
        let names = |gid| (gid == 7001).then(|| "wiki".to_string());
        assert!(group(&who, names).ends_with("nogroup:x:65534:\ntools:x:6001:\nwiki:x:7001:bob\n"));
    }
}
