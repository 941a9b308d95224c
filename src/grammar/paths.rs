//! `-o`, `-e`, `-i` and `-S`: lists of `[host:]path`, one for each host (tests/compliance/qsub_shell.rs).

/// The elements: the host, empty for every host, and the path.
pub fn parse(list: &str) -> Vec<(&str, &str)> {
    list.split(',').filter(|piece| !piece.is_empty()).map(|piece| piece.split_once(':').unwrap_or(("", piece))).collect()
}

/// The list that is written so.
pub fn print<'a>(elements: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    // `:x` is `x`, unless there is a colon in it.
    let one = |(host, path): (&str, &str)| if host.is_empty() && !path.contains(':') { path.to_string() } else { format!("{host}:{path}") };
    elements.into_iter().map(one).collect::<Vec<_>>().join(",")
}

/// A list over an earlier one: it replaces what is for the same host.
pub fn merged(earlier: &str, later: &str) -> String {
    let mut elements = parse(earlier);
    // Two for one host in one list stay: the master refuses them.
    let there = elements.len();
    for (host, path) in parse(later) {
        match elements[..there].iter_mut().find(|(known, _)| *known == host) {
            Some(known) => known.1 = path,
            None => elements.push((host, path)),
        }
    }
    print(elements)
}

/// The path on a host: its own, else the one for every host, else the first.
pub fn on_host<'a>(list: &'a str, host: &str) -> Option<&'a str> {
    let elements = parse(list);
    let of = |wanted: &str| elements.iter().find(|(host, _)| *host == wanted);
    of(host).or_else(|| of("")).or(elements.first()).map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_merged_by_host() {
        for (earlier, later, shown) in [
            ("x", "y", "y"),
            ("x", "vm:y", "x,vm:y"),
            ("vm:/bin/sh,/bin/ksh", "/bin/bash", "vm:/bin/sh,/bin/bash"),
            (":x", "vm:b:c", "x,vm:b:c"),
            ("", "x,y", "x,y"),
        ] {
            assert_eq!(merged(earlier, later), shown);
        }
    }

    #[test]
    fn a_host_has_its_own_path() {
        for (list, path) in [("vm:one,two", "one"), ("four,vm:three", "three"), ("x:one,two", "two"), ("x:one", "one"), (":a:b", "a:b")] {
            assert_eq!(on_host(list, "vm"), Some(path), "{list}");
        }
        assert_eq!(on_host("", "vm"), None);
    }
}
