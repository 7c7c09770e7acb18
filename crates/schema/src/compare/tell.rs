//! A difference as a sentence.

use super::{Change, Difference, Transition, words};

/// From whose point of view a difference is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// `from` is the schema before a migration, `to` the one after its rollback.
    AfterRollback,
    /// No point of view: added, removed, changed.
    Neutral,
}

pub(super) fn tell(difference: &Difference, told: Told) -> String {
    let object = difference.object();
    match &difference.change {
        Change::Added(_) => format!("{object} {}", words_added(told)),
        Change::Removed(_) => format!("{object} {}", words_removed(told)),
        Change::Altered(attributes) => attributes
            .iter()
            .map(|(name, transition)| altered(&object, name, transition))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn words_added(told: Told) -> &'static str {
    match told {
        Told::AfterRollback => "is still there after the rollback",
        Told::Neutral => "is added",
    }
}

fn words_removed(told: Told) -> &'static str {
    match told {
        Told::AfterRollback => "is missing after the rollback",
        Told::Neutral => "is removed",
    }
}

fn altered(object: &str, name: &str, transition: &Transition) -> String {
    let show = |value: &Option<_>| {
        value.as_ref().map_or("unset".to_owned(), |value: &crate::Value| format!("`{value}`"))
    };
    format!(
        "{} of {object} is {}, was {}",
        words::attribute(name),
        show(&transition.to),
        show(&transition.from)
    )
}
