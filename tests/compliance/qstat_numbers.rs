//! `qstat -j`: which jobs its words mean, why jobs wait, and its XML.

use crate::grid::{Grid, mask, poll, same};
use crate::known::case;

/// The jobs of `qstat -j WORDS`, in its order, and the exit code.
fn found(grid: &Grid, words: &str) -> (Vec<u64>, i32) {
    let output = grid.bob(&format!("qstat -j {words}"));
    let numbers = output.stdout.lines().filter_map(|line| line.strip_prefix("job_number:")?.trim().parse().ok()).collect();
    (numbers, output.code)
}

#[test]
fn jobs_are_shown_by_number_whatever_the_order_of_the_words() {
    case(|grid| {
        let (a, b) =
            (grid.submit(&format!("-h -N {} -b y true", grid.name("a"))), grid.submit(&format!("-h -N {} -b y true", grid.name("b"))));
        let (name_a, name_b) = (grid.name("a"), grid.name("b"));
        for words in [
            format!("{a},{b}"),
            format!("{b},{a}"),
            format!("{b},{a},{b}"),
            format!("{name_b},{name_a}"),
            format!("{name_b},{a}"),
            format!("'[ab]{}'", &name_a[1..]),
        ] {
            assert_eq!(found(grid, &words), (vec![a, b], 0), "{words}");
        }
    });
}

#[test]
fn of_several_words_the_last_counts() {
    case(|grid| {
        let (a, b) = (grid.submit("-h -b y true"), grid.submit("-h -b y true"));
        for words in [format!("{a} {b}"), format!("{a} -j {b}"), format!("nosuch {b}")] {
            assert_eq!(found(grid, &words), (vec![b], 0), "{words}");
        }
        assert_eq!(grid.bob(&format!("qstat -j {a} nosuch")).all(), "stderr:\nFollowing jobs do not exist: \nnosuch\nexit 1");
    });
}

#[test]
fn what_follows_the_digits_of_a_number_is_left_aside() {
    case(|grid| {
        let id = grid.submit("-h -t 1-2 -b y true");
        for word in [format!("{id}.1"), format!("{id}x"), format!("'{id} 5'"), format!("{id}-9")] {
            assert_eq!(found(grid, &word), (vec![id], 0), "{word}");
        }
        for word in [format!("' {id}'"), "0".into(), "'x|y'".into()] {
            assert_eq!(found(grid, &word), (vec![], 1), "{word}");
        }
    });
}

#[test]
fn alternatives_are_no_pattern_of_names() {
    case(|grid| {
        let name = grid.name("n");
        let id = grid.submit(&format!("-h -N {name} -b y true"));
        assert_eq!(found(grid, &format!("'{name}|x'")), (vec![], 1));
        assert_eq!(found(grid, &format!("'?{}'", &name[1..])), (vec![id], 0));
        assert_eq!(found(grid, &name.to_uppercase()), (vec![], 1));
    });
}

#[test]
fn other_options_are_left_aside() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        for options in ["-f", "-ext", "-u nosuch", "-g c", "-q nosuch", "-pe nosuch", "-F nosuch", "-s r"] {
            assert_eq!(found(grid, &format!("{id} {options}")), (vec![id], 0), "{options}");
        }
    });
}

/// The last lines: why the job waits. Queues that are full are told of every job, and left out here.
fn reasons(grid: &Grid, id: u64) -> Vec<String> {
    let text = grid.bob(&format!("qstat -j {id}")).stdout;
    let lines = text.lines().skip_while(|line| !line.starts_with("scheduling info:"));
    let full = |line: &String| line.contains("dropped because it is full");
    lines.map(|line| crate::grid::mask_hosts(&line[28..])).filter(|line| !full(line)).collect()
}

#[track_caller]
fn waits_because(grid: &Grid, options: &str, expected: &[&str]) {
    let id = grid.submit(&format!("{options} -b y true"));
    let mut told = Vec::new();
    let there = poll(|| {
        told = reasons(grid, id);
        told == expected
    });
    assert!(there, "{options}: {told:?}");
}

#[test]
fn a_held_job_says_so() {
    case(|grid| waits_because(grid, "-h", &["Job is in hold state"]));
}

#[test]
fn a_job_for_later_says_so() {
    case(|grid| waits_because(grid, "-a 203512312359", &["execution time not reached"]));
}

#[test]
fn a_job_behind_another_says_so() {
    case(|grid| {
        let before = grid.submit("-h -b y true");
        waits_because(grid, &format!("-hold_jid {before}"), &["job dropped because of job dependencies"]);
    });
}

#[test]
fn a_job_no_host_can_run_says_what_is_offered() {
    case(|grid| {
        waits_because(
            grid,
            "-l release=nosuch",
            &["(-l release=nosuch) cannot run at host \"{host}\" because it offers only hf:release=buster"],
        );
    });
}

#[test]
fn a_job_of_too_many_slots_says_so() {
    case(|grid| waits_because(grid, "-pe smp 99", &["cannot run in PE \"smp\" because it only offers 0 slots"]));
}

#[test]
fn a_job_in_the_error_state_says_so() {
    case(|grid| waits_because(grid, "-o /nosuch/dir/x", &["Job is in error state"]));
}

#[test]
fn a_running_job_says_nothing() {
    case(|grid| {
        let id = grid.submit("-q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        assert_eq!(reasons(grid, id), [""; 0]);
    });
}

/// The jobs below a sentence of `qstat -j` alone.
fn below(text: &str, sentence: &str) -> Vec<u64> {
    let lines = text.lines().skip_while(|line| *line != sentence).skip(1).take_while(|line| line.starts_with('\t'));
    lines.flat_map(|line| line.split([',', '\t'])).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn without_a_job_the_reasons_are_told_with_their_jobs() {
    case(|grid| {
        let held = grid.submit("-h -b y true");
        let later = grid.submit("-a 203512312359 -b y true");
        let behind = grid.submit(&format!("-hold_jid {held} -b y true"));
        let never = grid.submit("-l release=nosuch -b y true");
        let error = grid.submit("-o /nosuch/dir/x -b y true");
        grid.wait_for_state(error, "Eqw");
        let expected = [
            ("Jobs dropped because of hold state", held),
            ("Jobs can not run because execution time not reached", later),
            ("Job dropped because of job dependencies", behind),
            ("Jobs can not run because no host can satisfy the resource requirements", never),
            ("Jobs dropped because of error state", error),
        ];
        let mut text = String::new();
        let there = poll(|| {
            text = grid.bob("qstat -j").stdout;
            expected.iter().all(|(sentence, id)| below(&text, sentence).contains(id))
        });
        assert!(there, "{expected:?}\n{text}");
        // Eight in a row, an empty line between two sentences.
        assert!(text.lines().filter(|line| line.starts_with('\t')).all(|line| line.split(",\t").count() <= 8), "{text}");
        assert!(text.contains("\n\nJob") && !text.ends_with("\n\n"), "{text}");
        assert_eq!(grid.bob("qstat -j ''").stdout.lines().next(), text.lines().next());
    });
}

#[test]
fn the_reasons_are_a_document_of_messages() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let message = "        <MES_message_number>33</MES_message_number>
        <MES_message>Jobs dropped because of hold state</MES_message>
      </element>
";
        let mut text = String::new();
        let there = poll(|| {
            text = grid.bob("qstat -j -xml").stdout;
            text.contains(&format!("          <ulong_sublist>\n            <ULNG_value>{id}</ULNG_value>\n          </ulong_sublist>\n"))
        });
        assert!(there && text.contains(message), "{text}");
        let opening = "<?xml version='1.0'?>
<message  xmlns:xsd=\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/message.xsd\">
  <element>
    <SME_message_list>
      <element>
        <MES_job_number_list>
";
        assert!(text.starts_with(opening), "{text}");
        assert!(text.ends_with("  </element>\n</message>\n"), "{text}");
    });
}

#[test]
fn a_jobs_reasons_are_at_the_end_of_its_document() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let part = |text: &str| {
            text[text.find("      <SME_message_list>").unwrap_or(0)..].split("      </SME_message_list>").next().unwrap_or("").to_string()
        };
        let expected = format!(
            "      <SME_message_list>
        <element>
          <MES_job_number_list>
            <ulong_sublist>
              <ULNG_value>{id}</ULNG_value>
            </ulong_sublist>
          </MES_job_number_list>
          <MES_message_number>33</MES_message_number>
          <MES_message>Job is in hold state</MES_message>
        </element>
"
        );
        let mut text = String::new();
        let there = poll(|| {
            text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
            part(&text) == expected
        });
        assert!(there, "{text}");
        assert!(text.ends_with("    </element>\n  </messages>\n</detailed_job_info>\n"), "{text}");
    });
}

#[test]
fn a_jobs_document_has_every_element_in_one_order() {
    case(|grid| {
        let before = grid.submit("-h -t 1-2 -b y true");
        let options = format!(
            "-h -cwd -m a -js 17 -c n -R y -r n -e /tmp/e -o /tmp/o -i /dev/null -j y -S /bin/sh -binding linear:1 -t 1-2 -tc 1 -pe smp 2 \
             -masterq all.q -ac z=1 -a 203512312359 -hold_jid {before} -hold_jid_ad {before} -v A=1 -A acct -p -1 -notify -l h_rt=5 \
             -soft -l h_vmem=1G -q task -N all_of_it -b y true x"
        );
        let id = grid.submit(&options);
        let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
        let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("      <JB_")?.split('>').next()).collect();
        let expected = "job_number ar exec_file submission_time owner uid group gid account merge_stderr mail_list notify job_name stdout_path_list \
                        jobshare hard_resource_list soft_resource_list soft_queue_list shell_list env_list job_args script_file context cwd \
                        stderr_path_list jid_predecessor_list ja_ad_predecessor_list jid_request_list ja_ad_request_list deadline execution_time \
                        checkpoint_attr checkpoint_interval reserve mail_options stdin_path_list priority restart verify master_hard_queue_list \
                        script_size pe pe_range jid_request_list verify_suitable_queues soft_wallclock_gmt hard_wallclock_gmt override_tickets \
                        version ja_structure type binding ja_task_concurrency nurg";
        assert_eq!(names.join(" "), expected);
        for (name, value) in [
            ("jobshare", "17"),
            ("checkpoint_attr", "8"),
            ("mail_options", "262144"),
            ("priority", "1023"),
            ("restart", "2"),
            ("type", "192"),
            ("reserve", "true"),
            ("ja_task_concurrency", "1"),
        ] {
            assert!(text.contains(&format!("      <JB_{name}>{value}</JB_{name}>\n")), "{name}: {text}");
        }
    });
}

#[test]
fn a_held_jobs_document_ends_like_this() {
    case(|grid| {
        let id = grid.submit("-h -b y -shell n true");
        let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
        let from = text.find("      <JB_script_file>").expect("a script file");
        let to = text.find("  </djob_info>").expect("an end");
        let expected = "      <JB_script_file>true</JB_script_file>
      <JB_deadline>0</JB_deadline>
      <JB_execution_time>0</JB_execution_time>
      <JB_checkpoint_attr>0</JB_checkpoint_attr>
      <JB_checkpoint_interval>0</JB_checkpoint_interval>
      <JB_reserve>false</JB_reserve>
      <JB_mail_options>0</JB_mail_options>
      <JB_priority>1024</JB_priority>
      <JB_restart>0</JB_restart>
      <JB_verify>0</JB_verify>
      <JB_script_size>0</JB_script_size>
      <JB_verify_suitable_queues>0</JB_verify_suitable_queues>
      <JB_soft_wallclock_gmt>0</JB_soft_wallclock_gmt>
      <JB_hard_wallclock_gmt>0</JB_hard_wallclock_gmt>
      <JB_override_tickets>0</JB_override_tickets>
      <JB_version>0</JB_version>
      <JB_ja_structure>
        <task_id_range>
          <RN_min>1</RN_min>
          <RN_max>1</RN_max>
          <RN_step>1</RN_step>
        </task_id_range>
      </JB_ja_structure>
      <JB_type>320</JB_type>
      <JB_binding>
        <element>
          <BN_strategy>no_job_binding</BN_strategy>
          <BN_type>0</BN_type>
          <BN_parameter_n>0</BN_parameter_n>
          <BN_parameter_socket_offset>0</BN_parameter_socket_offset>
          <BN_parameter_core_offset>0</BN_parameter_core_offset>
          <BN_parameter_striding_step_size>0</BN_parameter_striding_step_size>
          <BN_parameter_explicit>no_explicit_binding</BN_parameter_explicit>
        </element>
      </JB_binding>
      <JB_ja_task_concurrency>0</JB_ja_task_concurrency>
      <JB_nurg>0.000000</JB_nurg>
    </element>
";
        same(&text[from..to], expected);
    });
}

#[test]
fn bindings_have_their_numbers() {
    case(|grid| {
        for (binding, expected) in [
            ("linear:2:0,1", ["linear", "3", "2", "0", "1", "0"]),
            ("striding:2:3:1,0", ["striding", "3", "2", "1", "0", "3"]),
            ("env striding:2:1", ["striding_automatic", "2", "2", "0", "0", "1"]),
            ("pe linear:2", ["linear_automatic", "1", "2", "0", "0", "0"]),
            ("env explicit:0,0:0,1", ["explicit", "2", "0", "0", "0", "0"]),
        ] {
            let id = grid.submit(&format!("-h -binding {binding} -b y true"));
            let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
            let values: Vec<&str> =
                text.lines().filter_map(|line| line.trim_start().strip_prefix("<BN_")?.split(['>', '<']).nth(1)).collect();
            assert_eq!(values[..6], expected, "{binding}");
            assert!(text.contains("      <JB_binding>\n        <binding>\n"), "{binding}");
        }
    });
}

#[test]
fn infinity_is_the_greatest_number_there_is() {
    case(|grid| {
        let id = grid.submit("-h -l h_fsize=INFINITY,s_cpu=1:0:0,cpu=1.5 -b y true");
        let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
        let values: Vec<&str> =
            text.lines().filter_map(|line| line.trim_start().strip_prefix("<CE_doubleval>")?.split('<').next()).collect();
        assert_eq!(values[1..], ["3600.000000", "1.500000"]);
        assert!(values[0].starts_with("179769313486231570814527423731704356798070") && values[0].len() == 316, "{text}");
    });
}

#[test]
fn the_environment_has_the_terminal_before_the_place_of_submission() {
    case(|grid| {
        let id = grid.submit("-h -v Z=1,A= -b y true");
        let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
        let names: Vec<&str> = text.lines().filter_map(|line| line.trim_start().strip_prefix("<VA_variable>")?.split('<').next()).collect();
        let from = names.iter().position(|name| *name == "TERM").expect("a terminal");
        assert_eq!(names[from..], ["TERM", "__SGE_PREFIX__O_HOST", "__SGE_PREFIX__O_WORKDIR", "Z", "A"]);
    });
}

#[test]
fn a_task_in_error_has_its_message() {
    case(|grid| {
        let id = grid.submit("-o /nosuch/dir/x -b y true");
        grid.wait_for_state(id, "Eqw");
        let text = grid.bob(&format!("qstat -j {id} -xml")).stdout;
        let part = text.split("      <JB_ja_tasks>\n").nth(1).and_then(|rest| rest.split("      </JB_ja_tasks>").next()).expect("tasks");
        let part = crate::grid::mask_dates(part);
        let from = part.find('[').expect("a process") + 1;
        let process: String = part[from..].chars().take_while(|c| *c != ']').collect();
        let expected = "        <ulong_sublist>
          <JAT_status>0</JAT_status>
          <JAT_task_number>1</JAT_task_number>
          <JAT_message_list>
            <ulong_sublist>
              <QIM_type>1</QIM_type>
              <QIM_message>{date} [{process}]: error: can&apos;t open output file &quot;/nosuch/dir/x&quot;: No such file or directory</QIM_message>
            </ulong_sublist>
          </JAT_message_list>
          <JAT_start_time>0</JAT_start_time>
          <JAT_ntix>0.500000</JAT_ntix>
        </ulong_sublist>
";
        same(part.replace(&process, "{process}"), expected);
        assert!(mask(&process, "dddd:", "").len() < process.len(), "{process}");
    });
}
