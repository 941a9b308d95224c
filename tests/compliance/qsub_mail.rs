//! `-m` and `-M`: what is stored, as `qstat -j` shows it. No mail is sent here.

use crate::known::case;
use crate::submission::{refused, stored, stored_from_script, submit_script};

#[test]
fn letters_are_sorted_and_each_counts_once() {
    case(|grid| {
        for (given, shown) in [("b", "b"), ("beas", "abes"), ("sabe", "abes"), ("bbb", "b"), ("se", "es")] {
            assert_eq!(stored(grid, &format!("-m {given}"), "mail_options"), shown);
        }
    });
}

#[test]
fn no_mail_beats_the_letters_beside_it_but_not_those_after_it() {
    case(|grid| {
        for (given, shown) in [("-m n", "-"), ("-m nb", "-"), ("-m bn", "-"), ("-m b -m n", "-"), ("-m n -m b", "b"), ("-m b -m e", "be")] {
            assert_eq!(stored(grid, given, "mail_options"), shown, "{given}");
        }
    });
}

#[test]
fn other_letters_are_refused() {
    case(|grid| {
        for given in ["", "B", "b e", "-b", "y", "bx"] {
            let text = format!("qsub: Wrong mail options list format \"{given}\" specified to -m option");
            refused(grid, &format!("-m '{given}'"), 7, &text);
        }
        let expected =
            "stderr:\nUnable to read script file because of error: Wrong mail options list format \"b,e\" specified to -m option\nexit 7";
        assert_eq!(submit_script(grid, "#$ -m b,e", "").all(), expected);
    });
}

#[test]
fn an_address_without_a_host_is_shown_with_none() {
    case(|grid| {
        for (given, shown) in [
            ("a", "a@NONE"),
            ("a,b", "a@NONE,b@NONE"),
            ("a,b@h", "a@NONE,b@h"),
            ("a@NONE", "a@NONE"),
            ("NONE", "NONE@NONE"),
            ("a@", "a@NONE"),
            ("a,,b", "a@NONE,b@NONE"),
            ("a b", "a b@NONE"),
        ] {
            assert_eq!(stored(grid, &format!("-M '{given}'"), "mail_list"), shown);
        }
    });
}

#[test]
fn an_address_is_not_looked_at_closely() {
    case(|grid| {
        for given in ["a@h", "bob@localhost", "\u{e9}@h", "Joe <joe@example.org>", "a+b@example.org"] {
            assert_eq!(stored(grid, &format!("-M '{given}'"), "mail_list"), given);
        }
    });
}

#[test]
fn what_follows_a_second_at_is_lost_and_a_leading_one_too() {
    case(|grid| {
        assert_eq!(stored(grid, "-M a@b@c", "mail_list"), "a@b");
        assert_eq!(stored(grid, "-M a@h:b@h", "mail_list"), "a@h:b");
        assert_eq!(stored(grid, "-M @h", "mail_list"), "h@NONE");
    });
}

#[test]
fn addresses_of_one_list_are_kept_each_once() {
    case(|grid| {
        assert_eq!(stored(grid, "-M a@h,b@h", "mail_list"), "a@h,b@h");
        assert_eq!(stored(grid, "-M a@h,a@h", "mail_list"), "a@h");
    });
}

// Surprising: of two lists, an address replaces the one at the same host.
#[test]
fn lists_are_merged_by_host() {
    case(|grid| {
        for (given, shown) in [
            ("-M a@h -M b@i", "a@h,b@i"),
            ("-M a@h -M b@h", "b@h"),
            ("-M a -M b", "b@NONE"),
            ("-M a@h,c@i -M b@h", "b@h,c@i"),
            ("-M a@h -M b@h,c@h", "c@h"),
            ("-M a,b@h -M c", "c@NONE,b@h"),
            ("-M a@h -M a@h", "a@h"),
        ] {
            assert_eq!(stored(grid, given, "mail_list"), shown, "{given}");
        }
    });
}

#[test]
fn the_scripts_list_is_merged_by_host_too() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -m e -M a@h", "", "mail_list"), "a@h");
        assert_eq!(stored_from_script(grid, "#$ -m e -M a@h", "-m b -M b@h", "mail_list"), "b@h");
        assert_eq!(stored_from_script(grid, "#$ -m e -M a@h", "-m b -M b@h", "mail_options"), "be");
    });
}

#[test]
fn an_empty_list_is_refused() {
    case(|grid| {
        for given in ["", ","] {
            refused(grid, &format!("-M '{given}'"), 7, &format!("qsub: Wrong mail list format \"{given}\" specified to -M option"));
        }
    });
}

#[test]
fn a_missing_value_is_refused() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -m").all(), "stderr:\nqsub: -m option must have argument\nexit 2");
        assert_eq!(grid.bob("qsub -M").all(), "stderr:\nqsub: -M option must have argument\nexit 2");
        let expected = "stderr:\nUnable to read script file because of error: -M option must have argument\nexit 2";
        assert_eq!(submit_script(grid, "#$ -M", "").all(), expected);
        assert_eq!(submit_script(grid, "#$ -M a@h, b@h", "").all(), "stderr:\nqsub: Unknown option \n\nexit 5");
    });
}
