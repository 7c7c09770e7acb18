//! What every command starts from: the project's root, its configuration, where sandboxes come
//! from, and which database is meant. Raw flags become validated values here, before any work.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use meshhook_migrate::Source;
use meshhook_sandbox::{Choice, ChoiceError, Consent, Server, Settings};

use crate::cli::Global;
use crate::config::{Deploy, Supabase};
use crate::exit::Failure;
use crate::output;

/// The project a command works in.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) supabase: Supabase,
    pub(crate) deploy: Deploy,
    pub(crate) global: Global,
    sandbox: Choice,
}

impl Project {
    /// Finds the project around the current directory and reads its two configuration files.
    pub(crate) fn find(global: &Global) -> Result<Project, Failure> {
        match Project::find_leniently(global)? {
            (project, None) => Ok(project),
            (_, Some(failure)) => Err(failure),
        }
    }

    /// The same for `doctor`, which looks at the rest also when `supabase/deploy.toml` is wrong.
    pub(crate) fn find_leniently(global: &Global) -> Result<(Project, Option<Failure>), Failure> {
        let root = find_root()?;
        meshhook_redact::remember_url(&global.sandbox);
        let sandbox =
            global.sandbox.parse().map_err(|error: ChoiceError| Failure::usage(error.to_string()))?;
        let (deploy, broken) = match Deploy::read(&root) {
            Ok(deploy) => (deploy, None),
            Err(failure) => (Deploy::default(), Some(failure)),
        };
        let supabase = Supabase::read(&root)?;
        Ok((Project { sandbox, supabase, deploy, global: global.clone(), root }, broken))
    }

    /// The migrations a command reads: the project's own, or those of `--source`.
    pub(crate) fn source(&self, folder: Option<&Path>) -> Result<Source, Failure> {
        match folder {
            None => Ok(Source::project(&self.root)),
            Some(folder) if folder.is_dir() => Ok(Source::folder(folder)),
            Some(folder) => Err(Failure::usage(format!("`{}` is not a folder", folder.display()))
                .hint("--source takes the folder that holds the migration files")),
        }
    }

    /// What sandboxes are like here. The image of the command line's environment goes before deploy.toml's.
    pub(crate) fn sandbox_settings(&self) -> Settings {
        let mut settings = Settings::new(self.sandbox.clone());
        settings.major = self.supabase.major;
        settings.image = std::env::var("MESHHOOK_SANDBOX_IMAGE")
            .ok()
            .filter(|image| !image.trim().is_empty())
            .or_else(|| self.deploy.sandbox.image.clone());
        if self.global.yes {
            settings.consent = Consent::Yes;
        } else if matches!(settings.consent, Consent::No) {
            settings.consent = Consent::Ask(Arc::new(|question| output::ask(question).unwrap_or(false)));
        }
        settings
    }

    /// Starts a throwaway server and says which one.
    pub(crate) async fn sandbox(&self) -> anyhow::Result<Server> {
        self.sandbox_with(&self.sandbox_settings()).await
    }

    /// The same with settings of one's own.
    pub(crate) async fn sandbox_with(&self, settings: &Settings) -> anyhow::Result<Server> {
        let server = Server::start(settings, &mut |note| output::say(note)).await?;
        output::say(format!("sandbox: {}", server.describe()));
        Ok(server)
    }

    /// A path as seen from the project's root.
    pub(crate) fn short(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_path_buf()
    }

    /// A path as a person in this folder would type it.
    pub(crate) fn shown<'p>(&self, path: &'p Path) -> std::path::Display<'p> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The nearest folder upwards that holds `supabase/`; for a `cargo xtask` that was called from elsewhere, the
/// workspace that cargo built.
fn find_root() -> Result<PathBuf, Failure> {
    let current = std::env::current_dir()
        .map_err(|error| Failure::usage(format!("the current directory cannot be read: {error}")))?;
    if let Some(root) = current.ancestors().find(|folder| folder.join("supabase").is_dir()) {
        return Ok(root.to_path_buf());
    }
    let workspace = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    if let Some(root) =
        workspace.as_deref().and_then(Path::parent).filter(|root| root.join("supabase").is_dir())
    {
        return Ok(root.to_path_buf());
    }
    Err(Failure::usage(format!("there is no `supabase` folder in `{}` or above it", current.display()))
        .hint("run this inside the project"))
}
