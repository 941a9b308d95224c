//! `-l name[=value][,name[=value]…]`. A bare name means `=TRUE`.

/// The requests in order; `Err` is the offending piece (an empty name).
pub fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut requests = Vec::new();
    for piece in text.split(',') {
        let (name, value) = piece.split_once('=').unwrap_or((piece, "TRUE"));
        if name.is_empty() {
            return Err(piece.to_string());
        }
        requests.push((name.to_string(), value.to_string()));
    }
    Ok(requests)
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

    #[test]
    fn bare_names_are_true_and_later_values_replace() {
        let mut requests = parse("h_rt=1,long").expect("requests");
        merge(&mut requests, parse("h_rt=2,gpu=1=2").expect("requests"));
        let shown: Vec<String> = requests.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(shown, ["long=TRUE", "h_rt=2", "gpu=1=2"]);
        assert_eq!(parse("a=1,,b"), Err(String::new()));
    }
}
