//! What qdel and its sisters take for a job: `17`, `17.3`, `17.1-5:2`, a name or a pattern.

use super::tasks::{self, Range};

/// One word of a `job_task_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Id {
        id: u64,
        tasks: Option<Range>,
    },
    /// A name or pattern.
    Name(String),
    /// `0` and other numbers that are no job: `ERROR! "0" is an invalid job-task identifier`.
    Invalid(String),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Id { id, tasks: None } => write!(f, "{id}"),
            Target::Id { id, tasks: Some(range) } => write!(f, "{id}.{range}"),
            Target::Name(word) | Target::Invalid(word) => write!(f, "{word}"),
        }
    }
}

/// Parses one word.
pub fn parse(word: &str) -> Target {
    let (id, rest) = match word.split_once('.') {
        Some((id, rest)) => (id, Some(rest)),
        None => (word, None),
    };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        // No name begins with a digit.
        let is_name = !word.starts_with(|c: char| c.is_ascii_digit());
        return if is_name { Target::Name(word.to_string()) } else { Target::Invalid(word.to_string()) };
    }
    match (id.parse::<u64>(), rest.map(tasks::parse)) {
        (Ok(id), None) if id > 0 => Target::Id { id, tasks: None },
        (Ok(id), Some(Ok(range))) if id > 0 => Target::Id { id, tasks: Some(range) },
        _ => Target::Invalid(word.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tasks_names() {
        assert_eq!(parse("17"), Target::Id { id: 17, tasks: None });
        assert_eq!(parse("17.1-5:2"), Target::Id { id: 17, tasks: Some(Range { first: 1, last: 5, step: 2 }) });
        assert_eq!(parse("run.sh"), Target::Name("run.sh".into()));
        assert_eq!(parse("0"), Target::Invalid("0".into()));
        assert_eq!(parse("7.x"), Target::Invalid("7.x".into()));
        assert_eq!(parse("5x"), Target::Invalid("5x".into()));
    }
}
