//! Resources that `-l` can name: Grid Engine's own (compat/captures/complexes.txt) and the site's.

use super::Site;
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

/// How a request is compared with what is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Relop {
    #[serde(rename = "==")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = ">")]
    More,
    #[serde(rename = "EXCL")]
    Exclusive,
}

impl Relop {
    /// As `qconf -sc` shows it.
    pub fn word(self) -> &'static str {
        match self {
            Relop::Equal => "==",
            Relop::NotEqual => "!=",
            Relop::AtMost => "<=",
            Relop::AtLeast => ">=",
            Relop::Less => "<",
            Relop::More => ">",
            Relop::Exclusive => "EXCL",
        }
    }
}

/// Whether jobs use a resource up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Consumable {
    #[default]
    No,
    /// Per slot.
    Yes,
    /// Per job.
    Job,
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
    /// Grid Engine's FORCED: what offers it is only for jobs that ask for it.
    #[serde(default)]
    pub forced: bool,
    /// Unset: `==` for words and truth, `<=` for numbers.
    pub relop: Option<Relop>,
    #[serde(default)]
    pub consumable: Consumable,
    /// Unset: `NONE` for words, 0 for numbers.
    pub default: Option<String>,
    #[serde(default)]
    pub urgency: i64,
}

fn yes() -> bool {
    true
}

impl Kind {
    /// As `qconf -sc` shows it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Int => "INT",
            Kind::String => "STRING",
            Kind::Time => "TIME",
            Kind::Memory => "MEMORY",
            Kind::Bool => "BOOL",
            Kind::CString => "CSTRING",
            Kind::Host => "HOST",
            Kind::Double => "DOUBLE",
            Kind::ReString => "RESTRING",
        }
    }

    fn is_word(self) -> bool {
        matches!(self, Kind::String | Kind::CString | Kind::Host | Kind::ReString)
    }
}

impl Complex {
    /// A requestable STRING resource.
    pub fn text(name: &str) -> Complex {
        Complex::of(name, name, Kind::String, true)
    }

    fn of(name: &str, shortcut: &str, kind: Kind, requestable: bool) -> Complex {
        Complex {
            name: name.into(),
            shortcut: shortcut.into(),
            kind,
            requestable,
            forced: false,
            relop: None,
            consumable: Consumable::No,
            default: None,
            urgency: 0,
        }
    }

    /// How a request is compared.
    pub fn relop(&self) -> Relop {
        self.relop.unwrap_or(if self.kind.is_word() || self.kind == Kind::Bool { Relop::Equal } else { Relop::AtMost })
    }

    /// The shortcut; the name where there is none.
    pub fn shortcut(&self) -> &str {
        if self.shortcut.is_empty() { &self.name } else { &self.shortcut }
    }

    /// The value of a job that asks for none, as shown.
    pub fn default_value(&self) -> &str {
        let of_kind = match self.kind {
            kind if kind.is_word() => "NONE",
            Kind::Time => "0:0:0",
            _ => "0",
        };
        self.default.as_deref().unwrap_or(of_kind)
    }
}

/// Grid Engine's own resources.
pub fn grid_engine() -> &'static [Complex] {
    static ALL: LazyLock<Vec<Complex>> = LazyLock::new(|| {
        use Kind::{Bool, Double, Host, Int, Memory, String, Time};
        use Relop::{AtLeast, AtMost, Equal};
        let mut all: Vec<Complex> = [
            (String, Equal, true, "arch a calendar c m_topology topo m_topology_inuse utopo qname q"),
            (String, Equal, false, "tmpdir tmp"),
            (Double, AtLeast, true, "cpu cpu"),
            (
                Double,
                AtLeast,
                false,
                "load_avg la load_long ll load_medium lm load_short ls np_load_avg nla np_load_long nll np_load_medium nlm \
                 np_load_short nls",
            ),
            (Bool, Equal, true, "display_win_gui dwg"),
            (Bool, Equal, false, "rerun re"),
            (Host, Equal, true, "hostname h"),
            (Int, AtMost, true, "m_core core m_socket socket m_thread thread slots s"),
            (Int, Equal, true, "num_proc p"),
            (Int, Equal, false, "seq_no seq"),
            (Time, AtMost, true, "h_cpu h_cpu h_rt h_rt s_cpu s_cpu s_rt s_rt"),
            (Time, AtMost, false, "min_cpu_interval mci"),
            (
                Memory,
                AtMost,
                true,
                "h_core h_core h_data h_data h_fsize h_fsize h_rss h_rss h_stack h_stack h_vmem h_vmem mem_free mf mem_total mt \
                 s_core s_core s_data s_data s_fsize s_fsize s_rss s_rss s_stack s_stack s_vmem s_vmem swap_free sf \
                 swap_total st virtual_free vf virtual_total vt",
            ),
            (Memory, AtLeast, true, "mem_used mu swap_rate sr swap_rsvd srsv swap_used su virtual_used vu"),
        ]
        .into_iter()
        .flat_map(|(kind, relop, requestable, names)| {
            let words: Vec<&str> = names.split_whitespace().collect();
            words
                .chunks(2)
                .filter_map(|pair| match pair {
                    [name, shortcut] => Some(Complex { relop: Some(relop), ..Complex::of(name, shortcut, kind, requestable) }),
                    _ => None,
                })
                .collect::<Vec<_>>()
        })
        .collect();
        for slots in all.iter_mut().filter(|complex| complex.name == "slots") {
            (slots.consumable, slots.default, slots.urgency) = (Consumable::Yes, Some("1".into()), 1000);
        }
        all
    });
    &ALL
}

impl Site {
    /// A resource by name or shortcut, the site's own first.
    pub fn complex(&self, name: &str) -> Option<&Complex> {
        self.own_complexes.iter().chain(grid_engine()).find(|complex| complex.name == name || complex.shortcut == name)
    }

    /// Every resource, by name; the site's own instead of Grid Engine's of the same name.
    pub fn complexes(&self) -> Vec<&Complex> {
        let others = grid_engine().iter().filter(|complex| !self.own_complexes.iter().any(|own| own.name == complex.name));
        let mut all: Vec<&Complex> = self.own_complexes.iter().chain(others).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
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
            let ours = grid_engine().iter().find(|c| c.name == fields[0]).unwrap_or_else(|| panic!("{} is missing", fields[0]));
            let yes = |is: bool| if is { "YES" } else { "NO" };
            let urgency = ours.urgency.to_string();
            let consumable = yes(ours.consumable == Consumable::Yes);
            let shown = [
                ours.name.as_str(),
                ours.shortcut(),
                ours.kind.word(),
                ours.relop().word(),
                yes(ours.requestable),
                consumable,
                ours.default_value(),
                &urgency,
            ];
            assert_eq!(shown[..], fields[..]);
            count += 1;
        }
        assert_eq!(count, grid_engine().len());
    }
}
