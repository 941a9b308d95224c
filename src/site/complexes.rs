//! Resources that `-l` can name: Grid Engine's own (compat/captures/complexes.txt) and the site's.

use serde::Deserialize;
use std::sync::LazyLock;

/// What kind of value a resource has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    Int,
    String,
    Time,
    Memory,
    Bool,
    CString,
    Host,
    Double,
    #[serde(rename = "RESTRING")]
    ReString,
}

/// One resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complex {
    pub name: String,
    #[serde(default)]
    pub shortcut: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    #[serde(default = "yes")]
    pub requestable: bool,
}

fn yes() -> bool {
    true
}

impl Complex {
    /// A requestable STRING resource.
    pub fn text(name: &str) -> Complex {
        Complex { name: name.into(), shortcut: name.into(), kind: Kind::String, requestable: true }
    }
}

/// Grid Engine's own resources.
pub fn grid_engine() -> &'static [Complex] {
    static ALL: LazyLock<Vec<Complex>> = LazyLock::new(|| {
        use Kind::{Bool, Double, Host, Int, Memory, String, Time};
        [
            (String, true, "arch a calendar c m_topology topo m_topology_inuse utopo qname q"),
            (String, false, "tmpdir tmp"),
            (Double, true, "cpu cpu"),
            (Double, false, "load_avg la load_long ll load_medium lm load_short ls np_load_avg nla np_load_long nll np_load_medium nlm np_load_short nls"),
            (Bool, true, "display_win_gui dwg"),
            (Bool, false, "rerun re"),
            (Host, true, "hostname h"),
            (Int, true, "m_core core m_socket socket m_thread thread num_proc p slots s"),
            (Int, false, "seq_no seq"),
            (Time, true, "h_cpu h_cpu h_rt h_rt s_cpu s_cpu s_rt s_rt"),
            (Time, false, "min_cpu_interval mci"),
            (
                Memory,
                true,
                "h_core h_core h_data h_data h_fsize h_fsize h_rss h_rss h_stack h_stack h_vmem h_vmem mem_free mf mem_total mt \
                 mem_used mu s_core s_core s_data s_data s_fsize s_fsize s_rss s_rss s_stack s_stack s_vmem s_vmem swap_free sf \
                 swap_rate sr swap_rsvd srsv swap_total st swap_used su virtual_free vf virtual_total vt virtual_used vu",
            ),
        ]
        .into_iter()
        .flat_map(|(kind, requestable, names)| {
            let words: Vec<&str> = names.split_whitespace().collect();
            words
                .chunks(2)
                .filter_map(|pair| match pair {
                    [name, shortcut] => Some(Complex { name: (*name).into(), shortcut: (*shortcut).into(), kind, requestable }),
                    _ => None,
                })
                .collect::<Vec<_>>()
        })
        .collect()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table above against `qconf -sc` of the real one.
    #[test]
    fn the_table_is_grid_engines() {
        let capture = include_str!("../../compat/captures/complexes.txt");
        let mut count = 0;
        for line in capture.lines().filter(|line| !line.starts_with('#') && !line.starts_with("release")) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [name, shortcut, kind, _, requestable, ..] = fields[..] else { continue };
            let ours = grid_engine().iter().find(|c| c.name == name).unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!(ours.shortcut, shortcut);
            assert_eq!(format!("{:?}", ours.kind).to_uppercase(), kind);
            assert_eq!(ours.requestable, requestable == "YES", "{name}");
            count += 1;
        }
        assert_eq!(count, grid_engine().len());
    }
}
