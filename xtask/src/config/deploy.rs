//! `supabase/deploy.toml`, our own file: environments, gates, notification channels. Holds names of secrets, never
//! secrets. docs/Deploy-Settings.md describes every key.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum as _;
use meshhook_deploy::Policy;

use super::channels::Channels;
use super::document::{Document, Section};
use super::environment::Environment;
use super::node::Table;
use crate::cli::Gate;
use crate::exit::Failure;

/// What the file is called in messages.
const FILE: &str = "supabase/deploy.toml";

/// What we read of `supabase/deploy.toml`.
#[derive(Default)]
pub(crate) struct Deploy {
    /// `[sandbox]`
    pub(crate) sandbox: SandboxSection,
    /// `[gates]`
    pub(crate) gates: Gates,
    /// `[schema] runtime`: what is made and dropped at run time
    pub(crate) runtime: Vec<String>,
    /// `[environments.NAME]`
    pub(crate) environments: BTreeMap<String, Environment>,
    /// `[channels.NAME]`, as they stand there
    pub(crate) channels: BTreeMap<String, RawChannel>,
    document: Option<Document>,
}

/// `[sandbox]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SandboxSection {
    /// The container image that is most like production.
    pub(crate) image: Option<String>,
}

/// `[gates]`: what `check` and `verify` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gates {
    /// Gates that `check` leaves out unless `--only` names them.
    pub(crate) skip: Vec<Gate>,
    /// Whether every migration must be safe to run over itself.
    pub(crate) idempotent: bool,
}

impl Default for Gates {
    fn default() -> Self {
        Gates { skip: Vec::new(), idempotent: true }
    }
}

/// A table of `[channels]` that nobody has looked into yet.
pub(crate) struct RawChannel {
    at: usize,
    table: Table,
}

impl Deploy {
    /// Reads `supabase/deploy.toml` below `root`; everything that is wrong with it is one failure.
    pub(crate) fn read(root: &Path) -> Result<Deploy, Failure> {
        let Some(document) = Document::read(&root.join("supabase").join("deploy.toml"), FILE)? else {
            return Ok(Deploy::default());
        };
        let mut deploy = Deploy::of(&document.root(), root);
        deploy.document = Some(document);
        // a broken table is told at once, not by the deploy that wants to tell somebody
        Channels::read(&deploy)?;
        Ok(deploy)
    }

    fn of(file: &Section<'_>, root: &Path) -> Deploy {
        let sandbox = file.section("sandbox").map(|section| {
            let image = section.string("image");
            section.finish();
            SandboxSection { image }
        });
        let gates = file.section("gates").map(|section| gates(&section));
        let runtime = file.section("schema").map(|section| runtime(&section)).unwrap_or_default();
        let channels: BTreeMap<String, RawChannel> = file
            .named_sections("channels")
            .iter()
            .map(|it| (it.name().to_owned(), RawChannel { at: it.at(), table: it.table().clone() }))
            .collect();
        let environments = file
            .named_sections("environments")
            .iter()
            .map(|section| {
                let environment = Environment::read(section, root, &runtime, &channels);
                (section.name().to_owned(), environment)
            })
            .collect();
        file.finish();
        Deploy {
            sandbox: sandbox.unwrap_or_default(),
            gates: gates.unwrap_or_default(),
            runtime,
            environments,
            channels,
            document: None,
        }
    }

    /// Whether there is such a file at all.
    pub(crate) fn is_there(&self) -> bool {
        self.document.is_some()
    }

    /// What is allowed but unwise, each with its place.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.environments.values().flat_map(|environment| environment.warnings.iter().cloned()).collect()
    }

    /// An environment by its name, or an error that lists the ones there are.
    pub(crate) fn environment(&self, name: &str) -> Result<&Environment, Failure> {
        self.environments.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.environments.keys().map(String::as_str).collect();
            let known = if known.is_empty() {
                "none is configured".to_owned()
            } else {
                format!("known: {}", known.join(", "))
            };
            Failure::usage(format!("there is no environment `{name}` in {FILE}; {known}"))
        })
    }

    /// The rules of an environment.
    pub(crate) fn policy(&self, name: &str) -> Result<Policy, Failure> {
        self.environment(name)?.policy()
    }

    /// The URL of an environment, from the variables named there. It is a secret, and remembered as one.
    pub(crate) fn environment_url(&self, name: &str) -> Result<String, Failure> {
        self.environment(name)?.url(&|variable| std::env::var(variable).ok())
    }

    /// Reads the tables of `[channels]`: calls `read` with each, and fails with everything that was complained about.
    pub(crate) fn read_channels<T>(
        &self,
        mut read: impl FnMut(&Section<'_>) -> T,
    ) -> Result<BTreeMap<String, T>, Failure> {
        let Some(document) = &self.document else { return Ok(BTreeMap::new()) };
        let channels = self
            .channels
            .iter()
            .map(|(name, raw)| {
                let section = document.section(&format!("channels.{name}"), raw.at, &raw.table);
                (name.clone(), read(&section))
            })
            .collect();
        document.check().map(|()| channels)
    }
}

fn gates(section: &Section<'_>) -> Gates {
    let mut skip = Vec::new();
    for item in section.strings("skip") {
        match Gate::from_str(item.get_ref(), false) {
            Ok(gate) => skip.push(gate),
            Err(_) => {
                let known: Vec<String> = Gate::value_variants()
                    .iter()
                    .filter_map(|gate| Some(format!("`{}`", gate.to_possible_value()?.get_name())))
                    .collect();
                let message = format!("a gate that is not known; known: {}", known.join(", "));
                section.complain_about_item("skip", &item, message);
            }
        }
    }
    let idempotent = section.boolean("idempotent").unwrap_or(true);
    section.finish();
    Gates { skip, idempotent }
}

/// `[schema] runtime`: globs of qualified names.
fn runtime(section: &Section<'_>) -> Vec<String> {
    let mut patterns = Vec::new();
    for item in section.strings("runtime") {
        let pattern = item.get_ref();
        let part = |part: &str| {
            // a pattern without a letter would hide everything
            part.contains(|c: char| c.is_alphanumeric())
                && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '*' | '?'))
        };
        let fits = pattern.split_once('.').is_some_and(|(schema, table)| part(schema) && part(table));
        if fits {
            patterns.push(pattern.clone());
        } else {
            let message =
                "must be `schema.table`, with `*` and `?` in it, such as `public.workflow_events_y*`";
            section.complain_about_item("runtime", &item, message);
        }
    }
    section.finish();
    patterns
}

#[cfg(test)]
#[path = "deploy_tests.rs"]
mod tests;
