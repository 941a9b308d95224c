//! `qconf -sconf` and `-ssconf` (compat/captures/qconf-sconf.txt, qconf-ssconf.txt).

use super::{Attribute, lines};
use crate::site::Site;
use crate::site::settings::{CONFIGURATION, SCHEDULER};

/// The global configuration; an empty line ends it.
pub fn global(site: &Site) -> String {
    let attributes: Vec<Attribute> = CONFIGURATION.iter().map(|(name, _)| (*name, site.configuration(name).unwrap_or_default())).collect();
    format!("#global:\n{}\n", lines(&attributes, 29))
}

/// The scheduler's.
pub fn scheduler(site: &Site) -> String {
    let attributes: Vec<Attribute> =
        SCHEDULER.iter().map(|(name, _)| (*name, site.scheduler(name).unwrap_or_default().to_string())).collect();
    lines(&attributes, 34)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_the_recorded_ones() {
        let site = Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site");
        assert_eq!(global(&site), include_str!("../../../compat/captures/qconf-sconf.txt"));
        assert_eq!(scheduler(&site), include_str!("../../../compat/captures/qconf-ssconf.txt"));
    }
}
