//! What we read of `supabase/config.toml`, the Supabase CLI's own file, which we never write. Keys that we do not
//! know are the Supabase CLI's business.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::document::position;
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
    /// `[db.migrations] schema_paths`: the files of the declared schema, in order; none when there are none
    pub(crate) schemas: Vec<PathBuf>,
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
    schema_paths: Option<Vec<String>>,
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
            expand(&folder, "[db.seed] sql_paths", &patterns)?
        } else {
            Vec::new()
        };
        let schemas = file.db.migrations.schema_paths.unwrap_or_else(|| vec!["./schemas/*.sql".to_owned()]);
        Ok(Supabase {
            major: file.db.major_version.unwrap_or(DEFAULT_MAJOR),
            migrations_enabled: file.db.migrations.enabled.unwrap_or(true),
            seeds,
            schemas: expand(&folder, "[db.migrations] schema_paths", &schemas)?,
        })
    }
}

/// Paths are globs relative to `supabase/`; each one's matches in name order, as the Supabase CLI loads them.
fn expand(folder: &Path, key: &str, patterns: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for pattern in patterns {
        let relative = pattern.trim_start_matches("./");
        let full = Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(relative);
        let matches = glob::glob(&full.to_string_lossy()).map_err(|error| {
            Failure::usage(format!("`{pattern}` in {key} of supabase/config.toml: {error}"))
        })?;
        files.extend(matches.filter_map(Result::ok).filter(|path| path.is_file()));
    }
    Ok(files)
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
        let at = error.span().map(|span| position(&text, span.start));
        let at = at.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        Failure::usage(format!("supabase/{name}{at}: {}", error.message()))
    })
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
}
