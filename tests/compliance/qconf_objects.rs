//! qconf's other objects: parallel environments, hosts, host groups, user lists, complexes, the configurations.

use crate::grid::{Grid, exec_host, mask_hosts, same};
use crate::known::case;

fn qconf(grid: &Grid, options: &str) -> String {
    mask_hosts(&grid.bob(&format!("qconf {options}")).all())
}

#[test]
fn a_parallel_environment_has_these_attributes() {
    case(|grid| same(qconf(grid, "-sp smp"), format!("stdout:\n{}exit 0", include_str!("../../compat/captures/qconf-sp.txt"))));
}

#[test]
fn a_parallel_environment_is_named_exactly() {
    case(|grid| {
        for name in ["nosuch", "smp,make", "s*"] {
            same(qconf(grid, &format!("-sp '{name}'")), format!("stderr:\n{name} is not a parallel environment\nexit 1"));
        }
    });
}

#[test]
fn an_unknown_parallel_environment_calendar_or_checkpointing_environment_ends_the_command() {
    case(|grid| {
        same(qconf(grid, "-sp nosuch -sql"), "stderr:\nnosuch is not a parallel environment\nexit 1");
        same(qconf(grid, "-scal nosuch -sql"), "stderr:\nnosuch is not a calendar\nexit 1");
        same(qconf(grid, "-sckpt nosuch -sql"), "stderr:\nnosuch is not a checkpointing interface definition\nexit 1");
    });
}

#[test]
fn an_unknown_project_user_list_or_host_group_does_not() {
    case(|grid| {
        let queues = "stdout:\nall.q\ncontinuous\ntask\n";
        same(qconf(grid, "-sprj nosuch -sql"), format!("{queues}stderr:\nnosuch is not known as a project\nexit 1"));
        same(qconf(grid, "-su nosuch -sql"), format!("{queues}stderr:\ndenied: access list \"nosuch\" does not exist\nexit 1"));
        for option in ["-shgrp", "-shgrp_tree", "-shgrp_resolved"] {
            let expected = format!("{queues}stderr:\nHost group \"@nosuch\" does not exist\nexit 1");
            same(qconf(grid, &format!("{option} @nosuch -sql")), expected);
        }
    });
}

#[test]
fn an_unknown_user_is_no_failure() {
    case(|grid| same(qconf(grid, "-suser nosuch"), "stderr:\nnosuch is not known as a user\nexit 0"));
}

#[test]
fn a_user_list_has_these_attributes() {
    case(|grid| {
        let list = |name: &str, kind: &str| format!("name    {name}\ntype    {kind}\nfshare  0\noticket 0\nentries NONE\n");
        same(qconf(grid, "-su arusers"), format!("stdout:\n{}exit 0", list("arusers", "ACL")));
        let two = format!("stdout:\n{}\n{}exit 0", list("defaultdepartment", "DEPT"), list("arusers", "ACL"));
        same(qconf(grid, "-su defaultdepartment,arusers"), two);
    });
}

#[test]
fn all_hosts_are_a_group() {
    case(|grid| {
        same(qconf(grid, "-shgrp @allhosts"), "stdout:\ngroup_name @allhosts\nhostlist {host}\nexit 0");
        same(qconf(grid, "-shgrp_tree @allhosts"), "stdout:\n@allhosts\n   {host}\nexit 0");
        same(qconf(grid, "-shgrp_resolved @allhosts"), "stdout:\n{host}\nexit 0");
    });
}

#[test]
fn complexes_are_a_table() {
    case(|grid| same(qconf(grid, "-sc"), format!("stdout:\n{}exit 0", include_str!("../../compat/captures/complexes.txt"))));
}

#[test]
fn the_global_configuration_ends_with_an_empty_line() {
    case(|grid| {
        let expected = include_str!("../../compat/captures/qconf-sconf.txt");
        same(qconf(grid, "-sconf"), format!("stdout:\n{expected}exit 0"));
        same(qconf(grid, "-sconf global,global"), format!("stdout:\n{expected}\n{expected}exit 0"));
    });
}

#[test]
fn a_host_without_a_configuration_is_told_apart_from_no_host() {
    case(|grid| {
        let host = crate::grid::host();
        same(qconf(grid, &format!("-sconf {host}")), "stderr:\nconfiguration {host} not defined\nexit 1");
        same(qconf(grid, "-sconf nosuch"), "stderr:\ncan't resolve hostname \"nosuch\": can't resolve host name\nexit 1");
    });
}

#[test]
fn the_schedulers_configuration_has_these_attributes() {
    case(|grid| same(qconf(grid, "-ssconf"), format!("stdout:\n{}exit 0", include_str!("../../compat/captures/qconf-ssconf.txt"))));
}

#[test]
fn a_host_has_these_attributes() {
    case(|grid| {
        let output = grid.bob(&format!("qconf -se {}", exec_host()));
        let names: Vec<&str> =
            output.stdout.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next()).collect();
        let expected = [
            "hostname",
            "load_scaling",
            "complex_values",
            "load_values",
            "processors",
            "user_lists",
            "xuser_lists",
            "projects",
            "xprojects",
            "usage_scaling",
            "report_variables",
        ];
        assert_eq!(names, expected);
        assert!(output.stdout.contains("\ncomplex_values        release=buster\n"), "{}", output.stdout);
        assert!(output.stdout.lines().all(|line| line.len() <= 80), "{}", output.stdout);
    });
}

#[test]
fn a_hosts_load_has_these_values() {
    case(|grid| {
        let output = grid.bob(&format!("qconf -se {}", exec_host()));
        let values = output.stdout.replace(" \\\n                      ", "");
        let values = values.lines().find_map(|line| line.strip_prefix("load_values           ")).expect("load values").to_string();
        let mut names: Vec<&str> = values.split(',').filter_map(|pair| pair.split('=').next()).filter(|name| *name != "cpu").collect();
        // Their order is that in which the host first reported them, which is another after another start.
        names.sort_unstable();
        let expected = "arch load_avg load_long load_medium load_short m_core m_socket m_thread m_topology m_topology_inuse mem_free mem_total \
                        mem_used np_load_avg np_load_long np_load_medium np_load_short num_proc swap_free swap_total swap_used virtual_free \
                        virtual_total virtual_used";
        assert_eq!(names.join(" "), expected);
    });
}

#[test]
fn two_names_of_hosts_are_none() {
    case(|grid| {
        let expected = "hostname              global\nload_scaling          NONE\ncomplex_values        NONE\nload_values           NONE\nprocessors            0\n";
        assert!(grid.bob("qconf -se global").stdout.starts_with(expected));
        assert!(grid.bob("qconf -se template").stdout.starts_with(&expected.replace("global", "template")));
        same(qconf(grid, "-se nosuch -sql"), "stderr:\ncan't resolve hostname \"nosuch\"\nexit 1");
    });
}

#[test]
fn hosts_are_found_by_a_value_as_shown() {
    case(|grid| {
        same(qconf(grid, "-sobjl exechost complex_values release=buster"), "stdout:\n{host}\nexit 0");
        same(qconf(grid, "-sobjl exechost hostname nosuch"), "exit 0");
        let mut all: Vec<String> = grid.bob("qconf -sobjl exechost hostname '*'").stdout.lines().map(String::from).collect();
        all.sort();
        let mut expected = vec!["global".to_string(), "template".into(), exec_host()];
        expected.sort();
        assert_eq!(all, expected);
    });
}
