//! `-M`: addresses, and how a later list changes an earlier one (tests/compliance/qsub_mail.rs).

/// The addresses of a list, each once, as `user@host`; `None` where there is none.
pub fn parse(text: &str) -> Option<Vec<String>> {
    let mut addresses: Vec<String> = Vec::new();
    for piece in text.split(',').filter(|piece| !piece.is_empty()) {
        let mut parts = piece.split('@').filter(|part| !part.is_empty());
        let address = format!("{}@{}", parts.next().unwrap_or_default(), parts.next().unwrap_or("NONE"));
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    (!addresses.is_empty()).then_some(addresses)
}

/// Of two lists an address replaces the first at the same host.
pub fn merge(into: &mut Vec<String>, from: Vec<String>) {
    if into.is_empty() {
        *into = from;
        return;
    }
    let host = |address: &str| address.rsplit_once('@').map(|(_, host)| host.to_string());
    for address in from {
        match into.iter_mut().find(|known| host(known) == host(&address)) {
            Some(known) => *known = address,
            None => into.push(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_user_and_a_host() {
        for (text, shown) in [("a,,b@h", "a@NONE,b@h"), ("a@b@c", "a@b"), ("@h", "h@NONE"), ("a@", "a@NONE"), ("a@h,a@h,a", "a@h,a@NONE")] {
            assert_eq!(parse(text).map(|list| list.join(",")), Some(shown.into()), "{text}");
        }
        assert_eq!(parse(","), None);
    }

    #[test]
    fn a_later_list_replaces_by_host() {
        for (first, second, shown) in
            [("a@h", "b@i", "a@h,b@i"), ("a@h,c@i", "b@h", "b@h,c@i"), ("a@h", "b@h,c@h", "c@h"), ("a@h,b@h", "c@h", "c@h,b@h")]
        {
            let mut list = parse(first).expect("addresses");
            merge(&mut list, parse(second).expect("addresses"));
            assert_eq!(list.join(","), shown, "{first} {second}");
        }
    }
}
