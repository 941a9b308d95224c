//! Finding, reading and checking site.toml.

use super::check::{Mistake, check};
use super::{SITE, Site};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Where site.toml is looked for where the environment names none.
pub const DEFAULT_PATH: &str = "/etc/gridshim/site.toml";

impl Site {
    /// Reads the site's settings.
    ///
    /// # Errors
    /// The file named by `$GRIDSHIM_SITE` is not there, or a file is broken: `path:line:column: what`, then the line and a caret.
    pub fn load() -> Result<Site, String> {
        match std::env::var_os(SITE).filter(|path| !path.is_empty()) {
            Some(path) => Site::read(Path::new(&path)),
            None if Path::new(DEFAULT_PATH).exists() => Site::read(Path::new(DEFAULT_PATH)),
            None => Ok(Site::default()),
        }
    }

    /// Reads one file.
    ///
    /// # Errors
    /// As `load`.
    pub fn read(path: &Path) -> Result<Site, String> {
        let failed = |why: &str| format!("site file {}: {why}", path.display());
        let bytes = std::fs::read(path).map_err(|error| failed(&crate::error::plain(&error)))?;
        let text = String::from_utf8(bytes).map_err(|_| failed("not UTF-8 text"))?;
        let mut site = Site::parse(&text, &path.display().to_string())?;
        site.path = Some(path.to_path_buf());
        Ok(site)
    }

    /// Parses and checks a file's text; `name` is used in messages.
    ///
    /// # Errors
    /// As `load`.
    pub fn parse(text: &str, name: &str) -> Result<Site, String> {
        let mut site: Site = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            diagnostic(text, name, at, error.message())
        })?;
        check(&site).map_err(|mistake| diagnostic(text, name, locate(text, &mistake), &mistake.what))?;
        if site.images.is_some() && site.complex("image").is_none() {
            site.own_complexes.push(super::Complex::text("image"));
        }
        Ok(site)
    }
}

/// Where a mistake stands: its path is walked as far as the text goes.
fn locate(text: &str, mistake: &Mistake) -> usize {
    let Ok(table) = DeTable::parse(text) else { return 0 };
    let root = DeValue::Table(table.into_inner());
    let (mut value, mut at) = (&root, 0);
    let steps: Vec<&str> = mistake.path.split('/').filter(|step| !step.is_empty()).collect();
    for (number, step) in steps.iter().enumerate() {
        let found = match value {
            DeValue::Table(table) => table.get_key_value(*step).map(|(key, inner)| {
                let is_key = mistake.at_key && number + 1 == steps.len();
                (if is_key { key.span().start } else { inner.span().start }, inner)
            }),
            DeValue::Array(list) => step.parse::<usize>().ok().and_then(|number| list.get(number)).map(|inner| (inner.span().start, inner)),
            _ => None,
        };
        match found {
            Some((start, inner)) => (at, value) = (start, inner.get_ref()),
            None => return at,
        }
    }
    at
}

fn diagnostic(text: &str, name: &str, at: usize, what: &str) -> String {
    let at = at.min(text.len());
    let before = text.get(..at).unwrap_or("");
    let line_number = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count() + 1;
    let line = text[line_start..].lines().next().unwrap_or("");
    format!("{name}:{line_number}:{column}: {}\n  {line}\n  {:>column$}", what.trim_end().replace('\n', " "), "^")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_site_is_the_reference_systems() {
        let site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
        let names: Vec<&str> = site.queues.iter().map(|queue| queue.name.as_str()).collect();
        assert_eq!(names, ["all.q", "continuous", "task"]);
        assert!(site.queues.iter().all(|queue| queue.slots == Some(4) && queue.rerun && queue.shell == "/bin/bash"));
        assert_eq!(site.host_values.get("release").map(String::as_str), Some("buster"));
        assert_eq!(site.managers, ["root", "sgeadmin"]);
        assert!(site.complex("release").is_some() && site.complex("vf").is_some_and(|c| c.name == "virtual_free"));
    }

    #[test]
    fn the_example_is_a_site() {
        let site = Site::parse(include_str!("../../deploy/examples/toolforge-site.toml"), "example").expect("a site");
        assert_eq!(site.queue("continuous").map(|queue| (queue.seq_no, queue.ckpt_list.len())), Some((1, 1)));
        assert!(site.complex("rel").is_some_and(|complex| complex.name == "release"));
        assert!(site.complex("h_vmem").is_some_and(|complex| complex.forced));
    }

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        let told = |text: &str| Site::parse(text, "site.toml").map(|_| ()).expect_err("a mistake");
        assert_eq!(
            told("[[queue]]\nname = \"a\"\nslots = \"x\"\n").lines().collect::<Vec<_>>()[..2],
            ["site.toml:3:9: invalid type: string \"x\", expected u32", "  slots = \"x\""]
        );
        let twice = told("[[queue]]\nname = \"a\"\n[[queue]]\nname = \"a\"\n");
        assert_eq!(twice, "site.toml:4:8: queue \"a\" is there twice\n  name = \"a\"\n         ^");
        assert!(told("quque = 1\n").starts_with("site.toml:1:1: unknown field `quque`"));
        assert!(told("[[queue]]\nname = \"a\"\nlimits = { h_rt = \"1h\" }\n").starts_with("site.toml:3:19: \"1h\" is no value of h_rt"));
        let first = |text: &str| told(text).lines().next().unwrap_or_default().to_string();
        let queue = "[[queue]]\nname = \"a\"\n";
        let cases = [
            ("pe_list = [\"smp\", \"x\"]", "3:19: there is no parallel environment \"x\""),
            ("limits = { x_rt = \"1\" }", "3:12: \"x_rt\" is no limit of a queue"),
            ("attributes = { slots = \"1\" }", "3:16: \"slots\" is no attribute of a queue that is only shown"),
            ("complex_values = { gpu = \"1\" }", "3:20: there is no complex \"gpu\""),
            ("hostlist = [\"@none\"]", "3:13: there is no host group \"@none\""),
            (
                "[[host_group]]\nname = \"@a\"\nhostlist = [\"@b\"]\n[[host_group]]\nname = \"@b\"\nhostlist = [\"@a\"]",
                "5:12: host group \"@a\" is in itself",
            ),
            (
                "[[resource_quota_set]]\nname = \"r\"\nlimit = [\"to slots=1\", \"users bob\"]",
                "5:24: \"users bob\" lacks its limits: write to slots=10",
            ),
            ("[[project]]\nname = \"p q\"", "4:8: \"p q\" is no project name"),
            ("[configuration]\nmailer = \"x\"\nmailers = \"x\"", "5:1: \"mailers\" is no attribute of the configuration"),
            ("[mail]\nmost_per_job = 3", "3:1: [mail] needs either sendmail = \"/path/of/sendmail\" or smtp = \"host:port\""),
            ("[mail]\nsmtp = \"mx\"", "4:8: smtp must be host:port"),
            (
                "[mail]\nsmtp = \"mx:25\"\nuser = \"u\"\npassword_file = \"/p\"",
                "5:8: a password is sent with tls = \"starttls\" or tls = \"tls\" alone",
            ),
            ("[[user_list]]\nname = \"u\"\ntype = [\"X\"]", "5:9: unknown variant `X`, expected `ACL` or `DEPT`"),
        ];
        for (text, expected) in cases {
            assert_eq!(first(&format!("{queue}{text}\n")), format!("site.toml:{expected}"));
        }
        assert!(told("= 1").starts_with("site.toml:1:"));
    }
}
