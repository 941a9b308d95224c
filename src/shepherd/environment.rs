//! The job's environment, made from nothing: the submission's
//! variables first, Grid Engine's over them. Only `PATH`, `TERM` and what Grid Engine does not set survive from `-v`/`-V`.

use super::paths::Names;
use super::streams::Paths;
use crate::record::{Program, Spec};
use std::collections::BTreeMap;

/// `PATH` of a job whose submission says nothing; `TMPDIR` goes in front in any case.
pub const DEFAULT_PATH: &str = "/usr/local/bin:/bin:/usr/bin";

/// Grid Engine's name of this machine's architecture.
pub fn architecture() -> String {
    match std::env::consts::ARCH {
        "x86_64" => "lx-amd64".into(),
        "x86" => "lx-x86".into(),
        "aarch64" => "lx-arm64".into(),
        other => format!("lx-{other}"),
    }
}

/// What the environment tells besides the spec.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub names: Names<'a>,
    pub paths: &'a Paths,
    pub script: &'a str,
    pub tmpdir: &'a str,
    pub spool: &'a str,
    pub restarted: bool,
}

/// The whole environment. `inherited` is what must be handed through from the container (the buildpack launcher's settings).
pub fn build(place: &Place, inherited: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let Place { names, paths, script, tmpdir, spool, restarted } = *place;
    let Names { spec, task, host } = names;
    let mut env: BTreeMap<String, String> = inherited.into_iter().collect();
    let usable = |name: &str, value: &str| !name.is_empty() && !name.contains('\0') && !value.contains('\0');
    env.extend(spec.env.iter().filter(|(name, value)| usable(name, value)).cloned());

    let taken = |name: &str, default: &str| env.get(name).filter(|value| !value.is_empty()).map_or(default, String::as_str).to_string();
    let path = format!("{tmpdir}:{}", taken("PATH", DEFAULT_PATH));
    let (root, cell) = (taken("SGE_ROOT", "/var/lib/gridengine"), taken("SGE_CELL", "default"));
    let arch = architecture();
    let program = match spec.program {
        Program::Script => script,
        Program::Command | Program::Exec => spec.args.first().map_or("", String::as_str),
    };
    let in_array = |number: u64| task.map_or_else(|| "undefined".to_string(), |_| number.to_string());
    let Spec { job_name, owner, home, account, queue, pe, slots, first, last, step, shell, .. } = spec;

    let grid_engine = [
        ("ARC", arch.clone()),
        ("ENVIRONMENT", "BATCH".into()),
        ("HOME", home.clone()),
        ("HOSTNAME", host.into()),
        ("JOB_ID", spec.job_id.to_string()),
        ("JOB_NAME", job_name.clone()),
        ("JOB_SCRIPT", program.into()),
        ("LOGNAME", owner.clone()),
        ("NHOSTS", "1".into()),
        ("NQUEUES", "1".into()),
        ("NSLOTS", slots.to_string()),
        ("PATH", path),
        ("PWD", paths.cwd.clone()),
        ("QUEUE", queue.clone()),
        ("REQNAME", job_name.clone()),
        ("REQUEST", job_name.clone()),
        ("RESTARTED", u8::from(restarted).to_string()),
        ("SGE_ACCOUNT", if account.is_empty() { "sge".into() } else { account.clone() }),
        ("SGE_ARCH", arch.clone()),
        ("SGE_BINARY_PATH", format!("/usr/sbin/{arch}")),
        ("SGE_CELL", cell),
        ("SGE_CWD_PATH", paths.cwd.clone()),
        ("SGE_JOB_SPOOL_DIR", spool.into()),
        ("SGE_ROOT", root),
        ("SGE_STDERR_PATH", paths.stderr.clone()),
        ("SGE_STDIN_PATH", paths.stdin.clone()),
        ("SGE_STDOUT_PATH", paths.stdout.clone()),
        ("SGE_TASK_FIRST", in_array(*first)),
        ("SGE_TASK_ID", in_array(task.unwrap_or(0))),
        ("SGE_TASK_LAST", in_array(*last)),
        ("SGE_TASK_STEPSIZE", in_array(*step)),
        ("SHELL", shell.clone()),
        ("TMP", tmpdir.into()),
        ("TMPDIR", tmpdir.into()),
        ("USER", owner.clone()),
    ];
    env.extend(grid_engine.map(|(name, value)| (name.to_string(), value)));
    if let Some(pe) = pe {
        env.insert("PE".into(), pe.clone());
        env.insert("PE_HOSTFILE".into(), format!("{spool}/pe_hostfile"));
        env.insert("SGE_RSH_COMMAND".into(), "builtin".into());
    }
    env
}

/// The one line of `PE_HOSTFILE`. A pod's own name differs from its node's: what starts processes by this file (mpirun) looks for the
/// name of the machine it runs on, and takes any other for a remote host.
pub fn hostfile(spec: &Spec, own: &str, node: &str) -> String {
    format!("{own} {} {}@{node} UNDEFINED\n", spec.slots, spec.queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(spec: &Spec, task: Option<u64>) -> BTreeMap<String, String> {
        let file = |name: &str| format!("/w/{name}");
        let paths = Paths { cwd: "/w".into(), stdin: "/dev/null".into(), stdout: file("o"), stderr: file("e") };
        let names = Names { spec, task, host: "vm" };
        let place = Place { names, paths: &paths, script: "/spool/7", tmpdir: "/tmp/7.1.q", spool: "/spool", restarted: false };
        build(&place, [])
    }

    fn spec() -> Spec {
        Spec {
            job_id: 7,
            job_name: "n".into(),
            owner: "bob".into(),
            home: "/home/bob".into(),
            slots: 1,
            queue: "q".into(),
            ..Spec::default()
        }
    }

    #[test]
    fn grid_engine_wins_over_the_submission_except_for_path_and_term() {
        let given = ["PATH=/x:/bin", "HOME=/foo", "TERM=vt", "JOB_ID=3", "MYV=1", "PE=z", "SGE_TASK_ID=5", "PWD=/pp", "NSLOTS=7"];
        let env = given.map(|pair| pair.split_once('=').map_or_else(Default::default, |(a, b)| (a.to_string(), b.to_string()))).to_vec();
        let env = built(&Spec { env, ..spec() }, None);
        let expected = [
            ("PATH", "/tmp/7.1.q:/x:/bin"),
            ("HOME", "/home/bob"),
            ("TERM", "vt"),
            ("JOB_ID", "7"),
            ("MYV", "1"),
            ("PE", "z"),
            ("SGE_TASK_ID", "undefined"),
            ("PWD", "/w"),
            ("NSLOTS", "1"),
            ("SGE_ACCOUNT", "sge"),
            ("JOB_SCRIPT", "/spool/7"),
        ];
        for (name, value) in expected {
            assert_eq!(env.get(name).map(String::as_str), Some(value), "{name}");
        }
    }

    #[test]
    fn every_variable_of_the_real_one_is_there() {
        let env = built(&spec(), None);
        for name in
            "ARC ENVIRONMENT HOME HOSTNAME JOB_ID JOB_NAME JOB_SCRIPT LOGNAME NHOSTS NQUEUES NSLOTS PATH QUEUE REQNAME REQUEST RESTARTED \
            SGE_ACCOUNT SGE_ARCH SGE_BINARY_PATH SGE_CELL SGE_CWD_PATH SGE_JOB_SPOOL_DIR SGE_ROOT SGE_STDERR_PATH SGE_STDIN_PATH \
            SGE_STDOUT_PATH SGE_TASK_FIRST SGE_TASK_ID SGE_TASK_LAST SGE_TASK_STEPSIZE SHELL TMP TMPDIR USER"
                .split_whitespace()
        {
            assert!(env.contains_key(name), "{name}");
        }
        assert!(!env.contains_key("PE"));
        assert_eq!(env["PATH"], "/tmp/7.1.q:/usr/local/bin:/bin:/usr/bin");
    }

    #[test]
    fn arrays_and_parallel_jobs_say_so() {
        let spec = Spec { first: 2, last: 8, step: 3, pe: Some("smp".into()), slots: 2, ..spec() };
        let env = built(&spec, Some(5));
        assert_eq!((env["SGE_TASK_ID"].as_str(), env["SGE_TASK_FIRST"].as_str(), env["SGE_TASK_STEPSIZE"].as_str()), ("5", "2", "3"));
        assert_eq!((env["PE"].as_str(), env["PE_HOSTFILE"].as_str()), ("smp", "/spool/pe_hostfile"));
        assert_eq!(hostfile(&spec, "pod", "vm"), "pod 2 q@vm UNDEFINED\n");
    }

    #[test]
    fn commands_are_their_own_job_script() {
        let spec = Spec { program: Program::Command, args: vec!["/bin/echo".into(), "a".into()], ..spec() };
        assert_eq!(built(&spec, None)["JOB_SCRIPT"], "/bin/echo");
    }
}
