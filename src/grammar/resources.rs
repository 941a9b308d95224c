//! `-l name[=value][,name[=value]…]`. A bare name means `=TRUE`; blanks part requests, too.

/// The requests in order; a name that is said twice keeps its place and takes the new value.
///
/// # Errors
/// A request without a name.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, super::Malformed> {
    let mut requests: Vec<(String, String)> = Vec::new();
    for piece in text.split([',', ' ', '\t', '\n']).filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').unwrap_or((piece, "TRUE"));
        if name.is_empty() {
            return Err(super::Malformed);
        }
        match requests.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.into(),
            None => requests.push((name.into(), value.into())),
        }
    }
    Ok(requests)
}

/// `name=value,name=value`, as it was given.
pub fn print(requests: &[(String, String)]) -> String {
    requests.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

/// Merges by name: a later request takes an earlier one's place at the end of the list.
pub fn merge(into: &mut Vec<(String, String)>, from: Vec<(String, String)>) {
    for (name, value) in from {
        into.retain(|(known, _)| *known != name);
        into.push((name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(requests: &[(String, String)]) -> String {
        requests.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn bare_names_are_true_and_later_values_replace() {
        let mut requests = parse("h_rt=1,long").expect("requests");
        merge(&mut requests, parse("h_rt=2,gpu=1=2").expect("requests"));
        assert_eq!(shown(&requests), "long=TRUE,h_rt=2,gpu=1=2");
    }

    #[test]
    fn within_a_list_a_name_keeps_its_place() {
        assert_eq!(parse("h_rt=60,h_vmem=1G,h_rt=70").map(|list| shown(&list)), Ok("h_rt=70,h_vmem=1G".into()));
    }

    #[test]
    fn blanks_part_and_empty_elements_are_passed_over() {
        assert_eq!(parse("h_rt=60,,mf= 2G, ,s").map(|list| shown(&list)), Ok("h_rt=60,mf=,2G=TRUE,s=TRUE".into()));
        assert_eq!(parse(","), Ok(Vec::new()));
        assert!(parse("a,=60").is_err());
    }
}
