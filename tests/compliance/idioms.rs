//! Pipelines people wrap around the commands, as found in scripts and workflow engines.

use crate::known::case;

fn stdout_is_the_id(grid: &crate::grid::Grid, line: &str) {
    let output = grid.bob(line);
    let id: u64 = output.stdout.trim().parse().unwrap_or_else(|_| panic!("{line}: {}", output.all()));
    assert_eq!(grid.bob(&format!("qdel {id}")).stdout, format!("bob has deleted job {id}\n"));
}

#[test]
fn the_third_word_is_the_id() {
    case(|grid| {
        stdout_is_the_id(grid, "qsub -h -b y true | cut -d' ' -f3");
        stdout_is_the_id(grid, "qsub -h -b y true | awk '{print $3}'");
        stdout_is_the_id(grid, "qsub -h -t 1-3 -b y true | awk '{print $3}' | cut -d. -f1");
    });
}

#[test]
fn the_terse_id_may_be_cut_at_the_dot() {
    case(|grid| {
        stdout_is_the_id(grid, "id=$(qsub -terse -h -b y true); echo ${id%.*}");
        stdout_is_the_id(grid, "id=$(qsub -terse -h -t 1-3 -b y true); echo ${id%%.*}");
    });
}

#[test]
fn the_table_is_read_by_awk() {
    case(|grid| {
        let id = grid.submit("-h -N awk -b y true");
        let line = format!("qstat | awk 'NR>2 && $1=={id} {{print $3, $4, $5}}'");
        assert_eq!(grid.bob(&line).stdout, "awk bob hqw\n");
        assert_eq!(grid.bob(&format!("qstat | tail -n +3 | cut -c1-7 | grep -c '^ *{id}$'")).stdout, "1\n");
    });
}

#[test]
fn the_exit_status_says_whether_a_job_is_still_there() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = format!("qstat -j {id} >/dev/null 2>&1; test $? -eq 0 && echo there");
        assert_eq!(grid.bob(&line).stdout, "there\n");
        grid.bob(&format!("qdel {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.bob(&line).stdout, "");
    });
}

#[test]
fn the_xml_goes_through_the_well_known_pipeline() {
    case(|grid| {
        let id = grid.submit("-h -N xmlpipe -b y true");
        let line = format!(
            "qstat -xml | tr '\\n' ' ' | sed 's#<job_list[^>]*>#\\n#g' | sed 's#<[^>]*>##g' | grep ' ' | column -t | awk '$1=={id} {{print $3, $4, $5, $7}}'"
        );
        assert_eq!(grid.bob(&line).stdout, "xmlpipe bob hqw 1\n");
    });
}

#[test]
fn a_barrier_waits_for_named_jobs() {
    case(|grid| {
        let name = grid.name("part");
        grid.submit(&format!("-cwd -j y -o log -N {name} -b y 'sleep 0.5; echo part'"));
        grid.submit(&format!("-cwd -j y -o log -N {name} -b y 'sleep 0.5; echo part'"));
        let output = grid.bob(&format!("qsub -sync y -cwd -hold_jid {name} -N wait -b y true >/dev/null; cat log"));
        assert_eq!(output.stdout, "part\npart\n");
    });
}

#[test]
fn the_exit_status_is_read_from_the_record() {
    case(|grid| {
        let id = grid.submit("-b y exit 3");
        grid.wait_for_accounting(id);
        assert_eq!(grid.bob(&format!("qacct -j {id} | grep exit_status | awk '{{print $2}}'")).stdout, "3\n");
    });
}

#[test]
fn all_of_ones_jobs_of_a_name_are_deleted_from_the_table() {
    case(|grid| {
        let name = grid.name("z");
        let shown = &name[..name.len().min(10)];
        let ids = [grid.submit(&format!("-h -N {name} -b y true")), grid.submit(&format!("-h -N {name} -b y true"))];
        grid.bob(&format!("qstat | grep -w {shown} | awk '{{print $1}}' | sort -u | xargs -r qdel"));
        ids.iter().for_each(|id| grid.wait_until_gone(*id));
    });
}
