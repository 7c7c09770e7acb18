//! What is remembered about the development database between runs: `.meshhook/dev.json`.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::SandboxError;

/// Which server holds the data. Data of one major version is unreadable to another, and a container's is in its volume, so what
/// began it has to go on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum State {
    /// Binaries on this machine, the embedded wheel's among them.
    Native {
        major: u16,
        /// The binaries that made the data folder; any of the same major version will do.
        binaries: PathBuf,
        /// Where the data is, relative to the project if it is inside.
        folder: PathBuf,
    },
    /// A container with a volume of its own.
    Docker { image: String, name: String, password: String },
}

/// The project's folder for what belongs to this checkout alone.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) project: PathBuf,
    pub(super) folder: PathBuf,
}

impl Place {
    pub(super) fn of(project: &Path) -> Result<Place, SandboxError> {
        let project = project.canonicalize().map_err(SandboxError::io("find", project))?;
        Ok(Place { folder: project.join(".meshhook"), project })
    }

    pub(super) fn make(&self) -> Result<(), SandboxError> {
        fs::create_dir_all(&self.folder).map_err(SandboxError::io("create", &self.folder))?;
        // Ignored also where the project does not say so.
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(SandboxError::io("write", &ignore))?;
        }
        Ok(())
    }

    /// A short name for this checkout, for what lives outside of it.
    pub(super) fn key(&self) -> String {
        let hash = Sha256::digest(self.project.to_string_lossy().as_bytes());
        hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("dev.json")
    }

    pub(super) fn read(&self) -> Result<Option<State>, SandboxError> {
        let file = self.file();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SandboxError::io("read", &file)(error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| SandboxError::Development {
            folder: self.folder.clone(),
            reason: format!("`{}` cannot be read: {error}", file.display()),
            hint: format!("remove it to start afresh: rm {}", file.display()),
        })
    }

    /// All of it or nothing, and for nobody else's eyes: it may hold the container's password.
    pub(super) fn write(&self, state: &State) -> Result<(), SandboxError> {
        let file = self.file();
        let new = self.folder.join("dev.json.new");
        let text = serde_json::to_string_pretty(state).map_err(std::io::Error::from);
        let write = |text: String| {
            let _ = fs::remove_file(&new);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        text.and_then(write).map_err(SandboxError::io("write", &new))?;
        fs::rename(&new, &file).map_err(SandboxError::io("rename", &new))
    }

    pub(super) fn forget(&self) -> Result<(), SandboxError> {
        match fs::remove_file(self.file()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(SandboxError::io("remove", self.file())(error))
            }
            _ => Ok(()),
        }
    }

    /// Lets one process at a time start, stop or make the server. Given back when the file is closed, also by a kill.
    pub(super) async fn lock(&self, note: &mut (dyn FnMut(&str) + Send)) -> Result<File, SandboxError> {
        self.make()?;
        let path = self.folder.join("dev.lock");
        let file = File::create(&path).map_err(SandboxError::io("create", &path))?;
        if file.try_lock().is_ok() {
            return Ok(file);
        }
        note("waiting for another command that starts or stops the development database");
        tokio::task::spawn_blocking(move || file.lock().map(|()| file))
            .await
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(SandboxError::io("lock", &path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_written_reads_back_and_is_for_nobody_elses_eyes() {
        let project = tempfile::tempdir().unwrap();
        let place = Place::of(project.path()).unwrap();
        assert_eq!(place.read().unwrap(), None);
        place.make().unwrap();
        let state = State::Docker { image: "pg:17".into(), name: "x".into(), password: "hunter2".into() };
        place.write(&state).unwrap();
        assert_eq!(place.read().unwrap(), Some(state));
        assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o777, 0o600);
        place.forget().unwrap();
        place.forget().unwrap();
        assert_eq!(place.read().unwrap(), None);
    }

    #[test]
    fn a_damaged_file_says_what_to_remove() {
        let project = tempfile::tempdir().unwrap();
        let place = Place::of(project.path()).unwrap();
        place.make().unwrap();
        fs::write(place.file(), "{").unwrap();
        let error = place.read().unwrap_err().to_string();
        assert!(error.contains("rm ") && error.contains("dev.json"), "{error}");
    }
}
