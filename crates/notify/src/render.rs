//! One renderer a channel. Each shortens in the right place: the outcome, the environment, where and why it failed and
//! what to do next always survive; migrations are cut in the middle; details and notes go first.

pub(crate) mod discord;
pub(crate) mod email;
pub(crate) mod markdown;
pub(crate) mod slack;
pub(crate) mod teams;
pub(crate) mod webhook;

use serde_json::Value;

use crate::announcement::Outcome;

/// Words that a body's own structure is made of. Secret or not, they are the channel's, and it does not understand
/// the body without them.
const STRUCTURE: &[&str] =
    &["type", "version", "$schema", "contentType", "style", "weight", "size", "color", "spacing", "fontType"];

/// The body as it is sent: every text in it goes through [`meshhook_redact::clean`] once more.
pub(crate) fn serialized(mut body: Value) -> String {
    clean(&mut body);
    body.to_string()
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(cleaned) = meshhook_redact::clean(text) {
                *text = cleaned;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(fields) => {
            fields
                .iter_mut()
                .filter(|(name, _)| !STRUCTURE.contains(&name.as_str()))
                .for_each(|(_, value)| clean(value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A colour in each channel's terms comes from this one.
enum Mood {
    Good,
    Neutral,
    Warning,
    Bad,
}

fn mood(outcome: Outcome) -> Mood {
    match outcome {
        Outcome::Succeeded => Mood::Good,
        Outcome::Test | Outcome::TakenBack => Mood::Neutral,
        Outcome::Drift | Outcome::Interrupted | Outcome::RolledBack => Mood::Warning,
        Outcome::Failed | Outcome::NeedsPerson => Mood::Bad,
    }
}

/// Stands for a backtick in code, where a channel knows no escape for one.
const BACKTICK: char = 'ˋ';
