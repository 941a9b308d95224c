//! qalter: lists of jobs of which some are refused, names, patterns, tasks, other people's jobs
//! (compat/captures/qalter-answers.txt).

use crate::grid::id_of;
use crate::known::case;

#[test]
fn unknown_ids_names_and_patterns() {
    case(|grid| {
        for job in ["9999999", "nosuchname", "nosuch*", " "] {
            let expected = format!("stdout:\ndenied: job \"{job}\" does not exist\nexit 1");
            assert_eq!(grid.bob(&format!("qalter -p -5 '{job}'")).all(), expected);
        }
        assert_eq!(grid.bob("qalter -p -5 ''").all(), "stderr:\nqalter: Wrong job id list format \"\" specified\nexit 7");
    });
}

#[test]
fn what_begins_with_a_digit_is_an_id() {
    case(|grid| {
        for job in ["0", "5x", "5 6", "5.x", "5."] {
            let expected = format!("stderr:\nERROR! \"{job}\" is an invalid job-task identifier\nexit 2");
            assert_eq!(grid.bob(&format!("qalter -p -5 '{job}'")).all(), expected);
        }
    });
}

#[test]
fn jobs_may_be_separated_by_blanks_or_commas() {
    case(|grid| {
        let one = grid.submit("-h -b y true");
        let two = grid.submit("-h -b y true");
        let expected = format!("stdout:\nmodified account of job {one}\nmodified account of job {two}\nexit 0");
        assert_eq!(grid.bob(&format!("qalter -A x {one},{two}")).all(), expected);
        assert_eq!(grid.bob(&format!("qalter -A y {one} {two}")).all(), expected);
        let twice = format!("stdout:\nmodified account of job {one}\nmodified account of job {one}\nexit 0");
        assert_eq!(grid.bob(&format!("qalter -A z {one} {one}")).all(), twice);
    });
}

#[test]
fn all_attributes_of_a_job_come_before_the_next_job() {
    case(|grid| {
        let one = grid.submit("-h -b y true");
        let two = grid.submit("-h -b y true");
        let lines = |id| format!("modified account of job {id}\nmodified job name of job {id}\n");
        let expected = format!("stdout:\n{}{}exit 0", lines(one), lines(two));
        assert_eq!(grid.bob(&format!("qalter -N n -A x {one} {two}")).all(), expected);
    });
}

#[test]
fn the_known_ones_of_a_list_are_altered_all_the_same() {
    case(|grid| {
        let one = grid.submit("-h -b y true");
        let two = grid.submit("-h -b y true");
        let expected = format!(
            "stdout:\nmodified account of job {one}\ndenied: job \"9999999\" does not exist\nmodified account of job {two}\nexit 1"
        );
        assert_eq!(grid.bob(&format!("qalter -A x {one} 9999999 {two}")).all(), expected);
        assert_eq!(grid.attribute(two, "account").as_deref(), Some("x"));
    });
}

#[test]
fn every_job_of_a_list_is_tried_though_the_request_is_wrong_for_all() {
    case(|grid| {
        let one = grid.submit("-h -b y true");
        let two = grid.submit("-h -b y true");
        let text = "Job was rejected because job requests unknown queue \"nosuch\"\n";
        assert_eq!(grid.bob(&format!("qalter -q nosuch {one} {two}")).all(), format!("stdout:\n{text}{text}exit 1"));
    });
}

#[test]
fn an_option_without_arguments_takes_no_word_after_it() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\ndenied: job \"y\" does not exist\nmodified notify behaviour of job {id}\nexit 1";
        assert_eq!(grid.answer(id, "qalter -notify y {id}"), expected);
    });
}

#[test]
fn names_and_patterns_find_ones_jobs() {
    case(|grid| {
        let stem = grid.name("nm");
        let one = grid.submit(&format!("-N {stem}1 -h -b y true"));
        let two = grid.submit(&format!("-N {stem}2 -h -b y true"));
        let both = format!("stdout:\nmodified account of job {one}\nmodified account of job {two}\nexit 0");
        for jobs in [format!("{stem}1,{stem}2"), format!("'{stem}*'"), format!("'{stem}[12]'"), format!("'{stem}?' ")] {
            assert_eq!(grid.bob(&format!("qalter -A x {jobs}")).all(), both, "{jobs}");
        }
        let expected = format!("stdout:\nmodified account of job {one}\nexit 0");
        assert_eq!(grid.bob(&format!("qalter -A x {stem}1")).all(), expected);
    });
}

#[test]
fn somebody_elses_job_is_not_altered() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        for options in ["-p -5", "-p 5", "-N x", "-h u", "-h U", "-h o", "-w v", "-q nosuch", "-p -5 -N x", ""] {
            let output = grid.alice(&format!("qalter {options} {id}"));
            let expected = "stdout:\ndenied: \"alice\" must be at least owner of job {id} to change job attributes\nexit 1";
            assert_eq!(grid.normal(&output.all(), id), expected, "{options}");
        }
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
    });
}

#[test]
fn ones_own_jobs_of_a_list_are_altered_all_the_same() {
    case(|grid| {
        let _guard = grid.only_alice();
        let one = grid.submit("-h -b y true");
        let hers = id_of(&grid.alice("qsub -h -b y true"));
        let two = grid.submit("-h -b y true");
        let expected = format!(
            "stdout:\nmodified account of job {one}\ndenied: \"bob\" must be at least owner of job {hers} to change job attributes\n\
             modified account of job {two}\nexit 1"
        );
        assert_eq!(grid.bob(&format!("qalter -A x {one} {hers} {two}")).all(), expected);
    });
}

#[test]
fn a_name_finds_everybodys_jobs_and_ends_at_the_first_of_somebody_else() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("shared");
        let one = grid.submit(&format!("-N {name} -h -b y true"));
        let hers = id_of(&grid.alice(&format!("qsub -N {name} -h -b y true")));
        let two = grid.submit(&format!("-N {name} -h -b y true"));
        let denied = format!("denied: \"bob\" must be at least owner of job {hers} to change job attributes\n");
        let expected = format!("stdout:\nmodified account of job {one}\n{denied}exit 1");
        assert_eq!(grid.bob(&format!("qalter -A x {name}")).all(), expected);
        assert_eq!(grid.attribute(two, "account").as_deref(), Some("sge"));
        let expected = format!("stdout:\nmodified account of job {one}\n{denied}modified account of job {two}\nexit 1");
        assert_eq!(grid.bob(&format!("qalter -A y {name} {two}")).all(), expected);
    });
}

#[test]
fn a_manager_alters_anybodys_job() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.root(&format!("qalter -N other -p -7 {id}"));
        let expected = "stdout:\nroot@{host} sets scheduling priority of job {id} to -7\nmodified job name of job {id}\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
        assert_eq!(grid.attribute(id, "owner").as_deref(), Some("bob"));
    });
}

#[test]
fn all_jobs_of_a_user_are_altered_whatever_list_follows() {
    case(|grid| {
        let _guard = grid.only_alice();
        let one = id_of(&grid.alice("qsub -h -b y true"));
        let two = id_of(&grid.alice("qsub -h -b y true"));
        let expected = format!("stdout:\nmodified account of job {one}\nmodified account of job {two}\nexit 0");
        assert_eq!(grid.alice("qalter -A x -u alice").all(), expected);
        assert_eq!(grid.alice(&format!("qalter -A y -u alice {one}")).all(), expected);
    });
}

#[test]
fn all_jobs_of_somebody_else_are_not_ones_own_to_alter() {
    case(|grid| {
        let _guard = grid.only_alice();
        let one = id_of(&grid.alice("qsub -h -b y true"));
        grid.alice("qsub -h -b y true");
        let expected = format!("stdout:\ndenied: \"bob\" must be at least owner of job {one} to change job attributes\nexit 1");
        assert_eq!(grid.bob("qalter -A x -u alice").all(), expected);
    });
}

#[test]
fn a_user_without_jobs_is_told() {
    case(|grid| {
        let expected = "stdout:\nThe job * of user(s) nosuchuser does not exist\nexit 1";
        assert_eq!(grid.bob("qalter -p -9 -u nosuchuser").all(), expected);
    });
}

#[test]
fn attributes_are_the_jobs_and_not_the_tasks() {
    case(|grid| {
        let id = grid.submit("-h -t 1-5 -b y true");
        let expected = "stderr:\ndenied: the selected option works only on jobs and not on tasks\nexit 4";
        for jobs in ["{id}.3", "{id} -t 3", "{id}.1-3", "9999999.1"] {
            assert_eq!(grid.answer(id, &format!("qalter -p -6 {jobs}")), expected, "{jobs}");
        }
    });
}

#[test]
fn a_range_of_tasks_belongs_behind_a_job() {
    case(|grid| {
        let id = grid.submit("-h -t 1-5 -b y true");
        let expected = "stderr:\nfound lonely '-t 3' option (The -t option needs a leading job name).\nexit 2";
        assert_eq!(grid.answer(id, "qalter -t 3 {id}"), expected);
        assert_eq!(grid.answer(id, "qalter -h U -t 3 {id}"), expected);
    });
}
