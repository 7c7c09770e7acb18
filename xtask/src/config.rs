//! The two configuration files, as values: `supabase/config.toml` (the Supabase CLI's, read only)
//! and `supabase/deploy.toml` (ours). A missing file means the defaults; a broken one is exit 2.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::exit::Failure;

/// What we read of `supabase/config.toml`. Keys and defaults as the Supabase CLI documents them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Supabase {
    /// `[db] major_version`
    pub(crate) major: u16,
    /// `[db.migrations] enabled`: whether the Supabase CLI runs the migrations folder at all
    pub(crate) migrations_enabled: bool,
    /// `[db.seed]`: the files that `sql_paths` names, in order; empty when seeding is off
    pub(crate) seeds: Vec<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SupabaseFile {
    db: DbSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DbSection {
    major_version: Option<u16>,
    migrations: MigrationsSection,
    seed: SeedSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MigrationsSection {
    enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SeedSection {
    enabled: Option<bool>,
    sql_paths: Option<Vec<String>>,
}

/// The major version when nothing says otherwise: what new Supabase projects run on.
const DEFAULT_MAJOR: u16 = 17;

impl Supabase {
    /// Reads `supabase/config.toml` below `root`.
    pub(crate) fn read(root: &Path) -> Result<Supabase, Failure> {
        let folder = root.join("supabase");
        let file: SupabaseFile = read_toml(&folder.join("config.toml"))?;
        let seeds = if file.db.seed.enabled.unwrap_or(true) {
            let patterns = file.db.seed.sql_paths.unwrap_or_else(|| vec!["./seed.sql".to_owned()]);
            expand(&folder, &patterns)?
        } else {
            Vec::new()
        };
        Ok(Supabase {
            major: file.db.major_version.unwrap_or(DEFAULT_MAJOR),
            migrations_enabled: file.db.migrations.enabled.unwrap_or(true),
            seeds,
        })
    }
}

/// `sql_paths` are globs relative to `supabase/`; each one's matches in name order, as the Supabase CLI loads them.
fn expand(folder: &Path, patterns: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for pattern in patterns {
        let relative = pattern.trim_start_matches("./");
        let full = Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(relative);
        let matches = glob::glob(&full.to_string_lossy()).map_err(|error| {
            Failure::usage(format!("`{pattern}` in [db.seed] sql_paths of supabase/config.toml: {error}"))
        })?;
        files.extend(matches.filter_map(Result::ok).filter(|path| path.is_file()));
    }
    Ok(files)
}

/// What we read of `supabase/deploy.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Deploy {
    /// `[sandbox]`
    pub(crate) sandbox: SandboxSection,
    /// `[environments.NAME]`
    pub(crate) environments: BTreeMap<String, Environment>,
}

/// `[sandbox]` of `supabase/deploy.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SandboxSection {
    /// The container image that is most like production.
    pub(crate) image: Option<String>,
}

/// `[environments.NAME]` of `supabase/deploy.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    /// The *name* of the variable that holds the URL, never the URL itself.
    pub(crate) url_variable: String,
}

impl Deploy {
    /// Reads `supabase/deploy.toml` below `root`.
    pub(crate) fn read(root: &Path) -> Result<Deploy, Failure> {
        let deploy: Deploy = read_toml(&root.join("supabase").join("deploy.toml"))?;
        for (name, environment) in &deploy.environments {
            let variable = &environment.url_variable;
            if variable.is_empty() || !variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                // not echoed: somebody may have pasted the URL itself
                return Err(Failure::usage(format!(
                    "`url_variable` of environment `{name}` in supabase/deploy.toml is not the name of a variable"
                ))
                .hint("write the name of the variable that holds the URL, such as `PRODUCTION_DATABASE_URL`"));
            }
        }
        Ok(deploy)
    }
}

/// Reads a TOML file into `T`; a missing file is `T::default()`. The text of a broken file is not
/// echoed, since it may hold what should not be printed: line and column say where to look.
fn read_toml<T: serde::de::DeserializeOwned + Default>(path: &Path) -> Result<T, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(Failure::usage(format!("cannot read supabase/{name}: {error}"))),
    };
    toml::from_str(&text).map_err(|error| {
        let at = error.span().map(|span| position(&text, span.start)).unwrap_or_default();
        Failure::usage(format!("supabase/{name}{at}: {}", error.message()))
    })
}

fn position(text: &str, offset: usize) -> String {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    format!(":{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("supabase")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join("supabase").join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn without_a_config_file_the_supabase_defaults_hold() {
        let project = project(&[("seed.sql", "")]);
        let config = Supabase::read(project.path()).unwrap();
        assert_eq!(config.major, 17);
        assert!(config.migrations_enabled);
        assert_eq!(config.seeds, [project.path().join("supabase/seed.sql")]);
    }

    #[test]
    fn seed_globs_are_expanded_in_order_and_seeding_can_be_off() {
        let toml = "[db]\nmajor_version = 15\n[db.seed]\nsql_paths = ['./b.sql', './a*.sql']\n";
        let project = project(&[("config.toml", toml), ("a2.sql", ""), ("a1.sql", ""), ("b.sql", "")]);
        let config = Supabase::read(project.path()).unwrap();
        let names: Vec<_> =
            config.seeds.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["b.sql", "a1.sql", "a2.sql"]);
        assert_eq!(config.major, 15);

        std::fs::write(project.path().join("supabase/config.toml"), "[db.seed]\nenabled = false").unwrap();
        assert!(Supabase::read(project.path()).unwrap().seeds.is_empty());
    }

    #[test]
    fn a_broken_file_is_named_with_line_and_column() {
        let project = project(&[("config.toml", "[db]\nmajor_version = 'x'\n")]);
        let failure = Supabase::read(project.path()).unwrap_err();
        assert!(failure.message.starts_with("supabase/config.toml:2:17: "), "{}", failure.message);
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
    }

    #[test]
    fn a_url_pasted_into_deploy_toml_is_refused_and_not_echoed() {
        let toml = "[environments.production]\nurl_variable = 'postgres://u:hunter2@h/db'\n";
        let project = project(&[("deploy.toml", toml)]);
        let failure = Deploy::read(project.path()).unwrap_err();
        assert!(failure.message.contains("`production`"), "{}", failure.message);
        assert!(!failure.message.contains("hunter2"));
    }

    #[test]
    fn an_unknown_key_in_deploy_toml_is_an_error() {
        let project = project(&[("deploy.toml", "[sandbox]\nimgae = 'x'\n")]);
        let failure = Deploy::read(project.path()).unwrap_err();
        assert!(failure.message.contains("imgae"), "{}", failure.message);
    }
}
