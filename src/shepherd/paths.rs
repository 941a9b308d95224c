//! Where a job's files are: what `-o`, `-e`, `-i` and `-wd` mean on the node.

use crate::record::Spec;

/// What paths are made of.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub spec: &'a Spec,
    /// Task id, `None` outside arrays.
    pub task: Option<u64>,
    pub host: &'a str,
}

impl Names<'_> {
    /// Puts in `$JOB_ID $JOB_NAME $TASK_ID $USER $HOME $HOSTNAME` wherever those letters stand and a leading `~` or `~user`;
    /// everything else stays. `$TASK_ID` is 0 outside arrays. `None` is an unknown `~user`: then the default name counts.
    pub fn expand(&self, raw: &str) -> Option<String> {
        let mut out = String::with_capacity(raw.len());
        let mut rest = self.tilde(raw, &mut out)?;
        while let Some(start) = rest.find('$') {
            out.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            match self.variable(rest) {
                Some((name, value)) => {
                    out.push_str(&value);
                    rest = &rest[name.len()..];
                }
                None => out.push('$'),
            }
        }
        out.push_str(rest);
        Some(out)
    }

    fn variable(&self, rest: &str) -> Option<(&'static str, String)> {
        let Names { spec, task, host } = self;
        let name = ["JOB_ID", "JOB_NAME", "TASK_ID", "USER", "HOME", "HOSTNAME"].into_iter().find(|name| rest.starts_with(name))?;
        let value = match name {
            "JOB_ID" => spec.job_id.to_string(),
            "JOB_NAME" => spec.job_name.clone(),
            "TASK_ID" => task.unwrap_or(0).to_string(),
            "USER" => spec.owner.clone(),
            "HOME" => spec.home.clone(),
            _ => (*host).to_string(),
        };
        Some((name, value))
    }

    /// Writes the home directory a leading `~` stands for and gives what follows.
    fn tilde<'t>(&self, raw: &'t str, out: &mut String) -> Option<&'t str> {
        let Some(after) = raw.strip_prefix('~') else { return Some(raw) };
        let (user, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
        if user.is_empty() || user == self.spec.owner {
            out.push_str(&self.spec.home);
        } else {
            out.push_str(&home_of(user, &std::fs::read_to_string("/etc/passwd").unwrap_or_default())?);
        }
        Some(rest)
    }

    /// The directory the job starts in; only `~` is expanded there.
    pub fn working_directory(&self) -> String {
        let mut out = String::new();
        match self.tilde(&self.spec.cwd, &mut out) {
            Some(rest) => out + rest,
            None => self.spec.cwd.clone(),
        }
    }

    /// `NAME.oN` or `NAME.oN.T`; nothing in the job's name is expanded.
    pub fn default_name(&self, letter: char) -> String {
        let Names { spec, task, .. } = self;
        match task {
            Some(task) => format!("{}.{letter}{}.{task}", spec.job_name, spec.job_id),
            None => format!("{}.{letter}{}", spec.job_name, spec.job_id),
        }
    }
}

fn home_of(user: &str, passwd: &str) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(user)).then(|| fields.nth(4).map(str::to_string)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(raw: &str, task: Option<u64>) -> Option<String> {
        let spec = Spec { job_id: 17, job_name: "a".into(), owner: "bob".into(), home: "/home/bob".into(), ..Spec::default() };
        Names { spec: &spec, task, host: "vm" }.expand(raw)
    }

    #[test]
    fn variables_are_found_wherever_their_letters_are() {
        assert_eq!(expand("~/log/$JOB_NAME_$JOB_ID.$TASK_ID", None).as_deref(), Some("/home/bob/log/a_17.0"));
        assert_eq!(expand("$HOME/$USER.$HOSTNAME.$TASK_ID.$JOB_IDS", Some(3)).as_deref(), Some("/home/bob/bob.vm.3.17S"));
    }

    #[test]
    fn other_dollars_and_tildes_stay() {
        for raw in ["${JOB_ID}", "$SGE_TASK_ID", "$", "a/~/b", "x$", "$$"] {
            assert_eq!(expand(raw, None).as_deref(), Some(raw));
        }
    }

    #[test]
    fn a_tilde_may_name_a_user() {
        assert_eq!(expand("~", None).as_deref(), Some("/home/bob"));
        assert_eq!(expand("~bob/q", None).as_deref(), Some("/home/bob/q"));
        assert_eq!(expand("~no-such-user/q", None), None);
        assert_eq!(home_of("b", "a:x:1:1::/a:/sh\nb:x:2:2:B,,:/b:/sh\n").as_deref(), Some("/b"));
    }

    #[test]
    fn default_names_carry_the_task_only_in_arrays() {
        let spec = Spec { job_id: 17, job_name: "x,$JOB_ID".into(), cwd: "~/d".into(), home: "/h".into(), ..Spec::default() };
        let names = Names { spec: &spec, task: None, host: "vm" };
        assert_eq!(names.default_name('o'), "x,$JOB_ID.o17");
        assert_eq!(Names { task: Some(2), ..names }.default_name('e'), "x,$JOB_ID.e17.2");
        assert_eq!(names.working_directory(), "/h/d");
    }
}
