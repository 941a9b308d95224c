//! `-binding`: `linear:2`, `striding:2:1:0,0`, `explicit:0,0:1,1`, as Grid Engine's qsub reads them, which takes much
//! (tests/compliance/qsub_binding.rs).

/// The request as it is shown; what stands too much is gone.
///
/// # Errors
/// The reason, in qsub's words.
pub fn parse(text: &str) -> Result<String, &'static str> {
    let behind = |word: &str| text.find(word).map(|at| &text[at..]);
    if let Some(linear) = behind("linear") {
        return linear_cores(fields(linear));
    }
    if let Some(striding) = behind("striding") {
        return striding_cores(fields(striding));
    }
    match behind("explicit") {
        None => Err("couldn't parse binding parameter (no strategy found)"),
        Some(explicit) => {
            let pairs = explicit.strip_prefix("explicit:").ok_or("'explicit:' not found in string!")?;
            explicit_cores(pairs)?;
            Ok(format!("explicit:{pairs}"))
        }
    }
}

/// What stands between colons behind the word of the strategy.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split(':').skip(1).filter(|field| !field.is_empty())
}

fn linear_cores<'a>(mut fields: impl Iterator<Item = &'a str>) -> Result<String, &'static str> {
    const AMOUNT: &str = "couldn't parse amount (linear)";
    let field = fields.next().unwrap_or("slots");
    let amount = if field == "slots" { i32::MAX } else { number(field).ok_or(AMOUNT)? };
    let first = first_core(fields.next(), AMOUNT, "couldn't parse core number (linear)")?;
    if field == "slots" && first.is_empty() {
        return Ok("linear:slots".into());
    }
    Ok(format!("linear:{amount}{first}"))
}

fn striding_cores<'a>(mut fields: impl Iterator<Item = &'a str>) -> Result<String, &'static str> {
    let mut amount = || fields.next().and_then(number).ok_or("couldn't parse amount (striding)");
    let (amount, step) = (amount()?, amount()?);
    let first = first_core(fields.next(), "couldn't parse socket number (striding)", "couldn't parse core number (striding)")?;
    Ok(format!("striding:{amount}:{step}{first}"))
}

/// `:0,0`, or nothing.
fn first_core(field: Option<&str>, no_socket: &'static str, no_core: &'static str) -> Result<String, &'static str> {
    let Some(field) = field else { return Ok(String::new()) };
    let (socket, core) = field.split_once(',').unwrap_or((field, ""));
    let socket = number(socket).ok_or(no_socket)?;
    Ok(format!(":{socket},{}", number(core).ok_or(no_core)?))
}

fn explicit_cores(pairs: &str) -> Result<(), &'static str> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    // `:,0` counts as `:0`.
    let mut rest = pairs.trim_start_matches(',');
    if rest.is_empty() {
        return Err("No <socket,core> pair given!");
    }
    let told = |first: bool, one: &'static str, other: &'static str| if first { one } else { other };
    while !rest.is_empty() {
        let first = found.is_empty();
        let (socket, behind) = rest.split_once(',').unwrap_or((rest, ""));
        number(socket).ok_or(told(first, "First socket is not a number!", "Socket is not a number!"))?;
        if behind.is_empty() {
            return Err(told(first, "Missing first core number!", "No core for a given socket!"));
        }
        let (core, behind) = behind.split_once(':').unwrap_or((behind, ""));
        number(core).ok_or(told(first, "First core is not a number!", "Core is not a number!"))?;
        if found.contains(&(socket, core)) {
            return Err("<socket,core> pairs are not unique!");
        }
        found.push((socket, core));
        rest = behind;
    }
    Ok(())
}

/// Digits modulo 2^32; `None` where that is below 0.
fn number(text: &str) -> Option<i32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse::<u64>().unwrap_or(u64::MAX) as i32).filter(|number| *number >= 0)
}

/// What the master has against a request that qsub takes.
pub fn inconsistency(shown: &str) -> Option<&'static str> {
    let mut fields = shown.split(':');
    match (fields.next(), fields.next()) {
        (Some("linear"), Some("0")) => Some("binding parameter not consistent with strategy (BN_parameter is n)"),
        (Some("striding"), Some("0")) => Some("binding parameter not consistent with strategy (BN_parameter_n is 0)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_qsub_takes() {
        for (text, shown) in [
            ("linear", "linear:slots"),
            ("linear:", "linear:slots"),
            ("linear:slots", "linear:slots"),
            ("linear:slots:0,0", "linear:2147483647:0,0"),
            ("linear;1", "linear:slots"),
            ("linear:01", "linear:1"),
            ("linear:1:", "linear:1"),
            ("xlinear:1", "linear:1"),
            ("linear_automatic:1:0,0", "linear:1:0,0"),
            ("linear:1:0,0:1,1", "linear:1:0,0"),
            ("linear:99999999999", "linear:1215752191"),
            ("striding:2:0", "striding:2:0"),
            ("striding_automatic:2:1:0,0:1,1", "striding:2:1:0,0"),
            ("explicit:0,0:", "explicit:0,0:"),
            ("xexplicit:00,0:0,0", "explicit:00,0:0,0"),
        ] {
            assert_eq!(parse(text), Ok(shown.into()), "{text}");
        }
    }

    #[test]
    fn what_it_does_not() {
        for (text, reason) in [
            ("linear:1x", "couldn't parse amount (linear)"),
            ("linear:slotsx", "couldn't parse amount (linear)"),
            ("linear:2147483648", "couldn't parse amount (linear)"),
            ("linear:1:x,0", "couldn't parse amount (linear)"),
            ("linear:1:0,0,0", "couldn't parse core number (linear)"),
            ("striding::1", "couldn't parse amount (striding)"),
            ("striding:2:1:x,0", "couldn't parse socket number (striding)"),
            ("striding:2:1:0", "couldn't parse core number (striding)"),
            ("explicit", "'explicit:' not found in string!"),
            ("explicit:", "No <socket,core> pair given!"),
            ("explicit:,0", "Missing first core number!"),
            ("explicit:0:0,0", "First socket is not a number!"),
            ("explicit:0,0,0", "First core is not a number!"),
            ("explicit:0,0::1,1", "Socket is not a number!"),
            ("explicit:0,0:1", "No core for a given socket!"),
            ("explicit:0,0:1,x", "Core is not a number!"),
            ("explicit:0,0:0,0", "<socket,core> pairs are not unique!"),
            ("LINEAR:1", "couldn't parse binding parameter (no strategy found)"),
            ("", "couldn't parse binding parameter (no strategy found)"),
        ] {
            assert_eq!(parse(text), Err(reason), "{text}");
        }
    }
}
