//! What `--from` and `--to` name: a schema.

use std::path::{Path, PathBuf};

use meshhook_migrate::connect::{Environment, Target};
use meshhook_migrate::{Folder, Layout, Source};
use meshhook_sandbox::{Server, Settings};
use meshhook_verify::diff::Side;

use super::interrupt;
use super::target::Chosen;
use crate::cli::SchemaArgs;
use crate::context::Project;
use crate::exit::Failure;
use crate::output;

/// `migrations`, `schemas`, a URL, a file or a folder.
pub(super) fn parse(project: &Project, text: &str, option: &str) -> anyhow::Result<Side> {
    match text {
        "migrations" => {
            return Ok(Side::Migrations { folder: super::read_folder(project, None)?, house: true });
        }
        "schemas" if project.supabase.schemas.is_empty() => {
            return Err(Failure::usage("there is no declared schema: supabase/schemas has no .sql file")
                .hint("or name a file, a folder or a database with `--to`")
                .into());
        }
        "schemas" => return Ok(Side::Declared(project.supabase.schemas.clone())),
        _ => {}
    }
    if text.contains("://") {
        meshhook_redact::remember_url(text);
        let target =
            Target::parse(text, Environment::Ignored).map_err(|error| Failure::usage(error.to_string()))?;
        output::say(format!("{option}: your database ({target}), which is only read"));
        return Ok(Side::Live(Box::new(target)));
    }
    let path = Path::new(text);
    let metadata = std::fs::metadata(path).map_err(|error| {
        Failure::usage(format!("{option}: cannot read `{}`: {error}", text.escape_debug()))
            .hint("it takes `migrations`, `schemas`, a database's URL, a file or a folder of SQL")
    })?;
    if metadata.is_dir() { folder(project, path, option) } else { Ok(Side::Files(vec![path.to_owned()])) }
}

/// A folder of migrations or of schema files.
fn folder(project: &Project, path: &Path, option: &str) -> anyhow::Result<Side> {
    let source = Source::folder(path);
    let read = Folder::read(&source);
    let versions =
        |digits: usize| read.migrations.iter().all(|migration| migration.version.to_string().len() >= digits);
    let migrations = match read.layout {
        Layout::SqlxPairs | Layout::Diesel => true,
        Layout::Supabase => {
            source.migrations() != path || read.migrations.iter().any(|one| one.rollback.is_some())
        }
        // `10_projects.sql` is a schema file in its place, `20250310090000_create_projects.sql` a migration
        Layout::SqlxSimple => versions(8),
    };
    if migrations && !read.migrations.is_empty() {
        let blockers: Vec<String> = read.blockers().map(|problem| format!("  {problem}")).collect();
        if !blockers.is_empty() {
            let message = format!("{option}: these migrations cannot be run:\n{}", blockers.join("\n"));
            return Err(Failure::failed(message).into());
        }
        return Ok(Side::Migrations { folder: read, house: false });
    }
    let declared = &project.supabase.schemas;
    let mut files = Vec::new();
    collect(path, &mut files)
        .map_err(|error| Failure::usage(format!("{option}: cannot read `{}`: {error}", path.display())))?;
    if files.is_empty() {
        return Err(Failure::usage(format!("{option}: there is no .sql file in `{}`", path.display())).into());
    }
    files.sort_by_cached_key(|file| order(file));
    let same =
        |one: &PathBuf| declared.iter().any(|other| one.canonicalize().ok() == other.canonicalize().ok());
    if files.iter().all(same) { Ok(Side::Declared(files)) } else { Ok(Side::Files(files)) }
}

/// Every `.sql` file below, hidden ones aside.
pub(super) fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            files.push(path);
        }
    }
    Ok(())
}

/// By the number that a name begins with, and then by name.
fn order(file: &Path) -> (PathBuf, u64, PathBuf) {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    (folder, digits.parse().unwrap_or(u64::MAX), file.to_owned())
}

/// What was named, without a password.
pub(super) fn shown(text: &str) -> String {
    match text {
        "migrations" => "supabase/migrations".to_owned(),
        "schemas" => "supabase/schemas".to_owned(),
        _ => match Target::parse(text, Environment::Ignored) {
            Ok(target) => target.to_string(),
            Err(_) => text.escape_debug().to_string(),
        },
    }
}

/// Fit to be typed in a shell.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._=-/".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The one schema that a command is about: `--from`, or a database by `--env`, by `--database-url` or by its variable.
pub(super) async fn chosen(project: &Project, args: &SchemaArgs) -> anyhow::Result<(Side, String)> {
    let named = args.target.env.is_some() || args.target.database_url.is_some();
    match &args.from {
        Some(_) if args.target.is_typed() => {
            Err(Failure::usage("`--from` and a database both name a schema: give one of them").into())
        }
        Some(from) => Ok((parse(project, from, "--from")?, shown(from))),
        None if named => {
            let chosen = Chosen::open(project, &args.target).await?;
            let shown = chosen.target.to_string();
            Ok((Side::Live(Box::new(chosen.target)), shown))
        }
        None => Ok((parse(project, "migrations", "--from")?, shown("migrations"))),
    }
}

/// Does something with a throwaway server, which goes also when it is interrupted.
pub(super) async fn with_sandbox<T>(
    project: &Project,
    settings: &Settings,
    work: impl AsyncFnOnce(&Server) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let server = project.sandbox_with(settings).await?;
    let done = tokio::select! {
        done = work(&server) => Some(done),
        () = interrupt::asked() => None,
    };
    let stopped = server.stop().await;
    let Some(done) = done else {
        let message = "interrupted; the throwaway server is gone, nothing else was touched";
        return Err(Failure::interrupted(message).into());
    };
    let done = done?;
    stopped?;
    Ok(done)
}
