//! Objects that are made and dropped at run time, such as monthly partitions: no part of the declared schema.

use crate::catalog::Catalog;
use crate::identity::Identity;

/// Names of what is made and dropped at run time, as globs of qualified names: `public.workflow_events_y*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// `*` stands for any characters, `?` for one.
    pub fn new(patterns: &[String]) -> Patterns {
        Patterns(patterns.to_vec())
    }

    fn name(&self, identity: &Identity) -> bool {
        let name = &identity.name;
        name.schema.as_deref().is_some_and(|schema| {
            let name = format!("{schema}.{}", name.name);
            self.0.iter().any(|pattern| matches(pattern, &name))
        })
    }
}

impl Catalog {
    /// Leaves out what these patterns name, with all that hangs on it.
    #[must_use]
    pub fn excluding(mut self, patterns: &Patterns) -> Catalog {
        if !patterns.0.is_empty() {
            self.retain(|identity| !patterns.name(identity));
        }
        self
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return name.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| matches(rest, &name[at..])),
        _ => name
            .chars()
            .next()
            .is_some_and(|c| (first == '?' || first == c) && matches(rest, &name[c.len_utf8()..])),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters_and_a_question_mark_for_one() {
        for (pattern, name, expected) in [
            ("public.events_y*", "public.events_y2026m01", true),
            ("public.events_y*", "public.events", false),
            ("*.tmp_?", "x.tmp_é", true),
            ("*.tmp_?", "x.tmp_", false),
            ("public.a", "public.ab", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
