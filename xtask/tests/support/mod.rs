//! A project in a temporary folder, and the real program run in it.

#![allow(dead_code, reason = "every test binary uses another part of it")]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Fails the test with everything that was printed when the exit code is another one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails the test when stdout lacks this text.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Ran {
        assert!(
            self.stdout.contains(text),
            "`{text}` is not in stdout\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Fails the test when stderr lacks this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Ran {
        assert!(
            self.stderr.contains(text),
            "`{text}` is not in stderr\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("stdout is not JSON ({error})\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
        })
    }
}

/// A project of its own. Its private development database goes with it.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// An empty project: `supabase/` with its configuration and two empty folders.
    pub(crate) fn empty() -> Project {
        let folder = tempfile::Builder::new().prefix("meshhook-xtask-").tempdir().unwrap();
        // the server's own account has to get in when the tests run as root
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let project = Project { folder };
        project.write("supabase/config.toml", "[db]\nmajor_version = 17\n");
        std::fs::create_dir_all(project.root().join("supabase/migrations")).unwrap();
        std::fs::create_dir_all(project.root().join("supabase/rollbacks")).unwrap();
        project
    }

    /// Three small migrations that keep every house rule, with their rollbacks.
    pub(crate) fn small() -> Project {
        let project = Project::empty();
        project.migration(
            "20260101000000_create_notes",
            "-- Notes.\nCREATE TABLE IF NOT EXISTS public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);\n",
            "-- Takes the notes back.\nDROP TABLE IF EXISTS public.notes;\n",
        );
        project.migration(
            "20260102000000_add_title",
            "-- A title.\nALTER TABLE public.notes ADD COLUMN IF NOT EXISTS title text NOT NULL DEFAULT '';\n",
            "-- Takes the title back.\nALTER TABLE public.notes DROP COLUMN IF EXISTS title;\n",
        );
        project.migration(
            "20260103000000_index_title",
            "-- no-transaction\n-- Notes are found by title.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS notes_title_idx ON public.notes (title);\n",
            "-- no-transaction\n-- Takes the index back.\nDROP INDEX CONCURRENTLY IF EXISTS public.notes_title_idx;\n",
        );
        project
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the root, with the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn migration(&self, name: &str, up: &str, rollback: &str) {
        self.write(&format!("supabase/migrations/{name}.sql"), up);
        self.write(&format!("supabase/rollbacks/{name}.sql"), rollback);
    }

    /// Runs real git in it.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.com",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .current_dir(self.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Makes it a repository whose `main` has everything, and leaves a branch `work` checked out.
    pub(crate) fn ship(&self) {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "Ship"]);
        self.git(&["checkout", "-q", "-b", "work"]);
    }

    /// The program, to be run in this project with nothing of the caller's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("db").args(arguments).current_dir(self.root()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let ours = name.starts_with("MESHHOOK_") && name != "MESHHOOK_PG_BIN" && name != "MESHHOOK_CACHE";
            if ours || name.starts_with("GITHUB_") || name.starts_with("PG") || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        // inside the project, so that a workspace above it is never taken instead
        command.env_remove("CARGO_MANIFEST_DIR");
        // the sandboxes of a run come from the first server that the tests use
        if let Some(first) = meshhook_sandbox::testing::settings().first() {
            command.env("MESHHOOK_SANDBOX", first.choice.to_string());
        }
        command.env("NO_COLOR", "1");
        command
    }

    /// Runs `xtask db ARGUMENTS…`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments))
    }

    /// The same with text on stdin.
    pub(crate) fn run_with_stdin(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if self.root().join(".meshhook").exists() {
            let _ = self.command(&["stop", "--delete"]).output();
        }
    }
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command) -> Ran {
    ran(command.output().unwrap())
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
