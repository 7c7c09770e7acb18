//! The body of a signed webhook: `type`, `timestamp` and `data`, as Standard Webhooks has it. `data` is the whole
//! announcement, for programs; what is left out of a very long one is counted.

use serde_json::{Value, json};

use crate::announcement::Announcement;
use crate::content;
use crate::text::{Kept, cut, keep, utf16};

/// Of one string.
const LONGEST: usize = 10_000;
const DETAILS: usize = 20;
const MIGRATIONS: usize = 500;

/// The same bytes whenever it is made, since a receiver may compare what comes twice under one id.
pub(crate) fn body(announcement: &Announcement) -> Value {
    let mut data = announcement.cleaned();
    let headline = content::headline(&data);
    let failed =
        |line: usize| announcement.migrations[line].status == crate::announcement::StepStatus::Failed;
    let kept = keep(&vec![1; data.migrations.len()], failed, MIGRATIONS, 0);
    let left_out =
        kept.iter().map(|kept| if let Kept::Gap(count) = kept { *count } else { 0 }).sum::<usize>();
    data.migrations = kept
        .into_iter()
        .filter_map(|kept| match kept {
            Kept::Line(line) => Some(data.migrations[line].clone()),
            Kept::Gap(_) => None,
        })
        .collect();
    if let Some(failure) = &mut data.failure {
        failure.details.truncate(DETAILS);
    }
    let mut data = json!(data);
    shorten(&mut data);
    data["headline"] = json!(headline);
    data["migrations_left_out"] = json!(left_out);
    json!({
        "type": format!("database.deploy.{}", announcement.outcome.name()),
        "timestamp": announcement.finished,
        "data": data,
    })
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(text, LONGEST, utf16),
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
