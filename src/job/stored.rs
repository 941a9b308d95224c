//! How a job is kept: JSON without what is as everywhere. Every list of jobs carries these texts, and most jobs use few options.

use super::Job;
use serde_json::{Map, Value};

impl Job {
    /// The job without its environment, which is kept apart (Kubernetes: others may read the rest). Read with serde.
    ///
    /// # Errors
    /// None that a job can cause.
    pub fn stored(&self) -> serde_json::Result<String> {
        let (Value::Object(fields), Value::Object(usual)) = (serde_json::to_value(self)?, serde_json::to_value(Job::default())?) else {
            return serde_json::to_string(self);
        };
        let fields: Map<String, Value> = fields.into_iter().filter(|(name, value)| usual.get(name) != Some(value)).collect();
        serde_json::to_string(&fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tasks::Range;

    #[test]
    fn what_is_as_everywhere_is_left_out_and_comes_back() {
        assert_eq!(Job::default().stored().expect("JSON"), "{}");
        let job = Job {
            name: "sleep".into(),
            priority: -5,
            merge: Some(false),
            array: Some(Range { first: 1, last: 9, step: 2 }),
            hard_resources: vec![("h_rt".into(), "60".into())],
            slots: 1,
            env: vec![("SECRET".into(), "value".into())],
            ..Job::default()
        };
        let text = job.stored().expect("JSON");
        assert!(text.len() < 150 && !text.contains("SECRET"), "{text}");
        assert_eq!(serde_json::from_str::<Job>(&text).expect("a job"), Job { env: Vec::new(), ..job });
    }
}
