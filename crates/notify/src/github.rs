//! GitHub: the job's summary, annotations, the pull request's comment, the deployment's status.
//!
//! ```no_run
//! use meshhook_notify::github::{Api, post_comment};
//! # fn main() -> Result<(), meshhook_notify::github::GithubError> {
//! let api = Api::from_environment(|name| std::env::var(name).ok(), "GITHUB_TOKEN")?;
//! post_comment(&api, 7, "All gates passed")?;
//! # Ok(())
//! # }
//! ```

mod annotation;
mod api;
mod pull_request;

use std::io::Write;
use std::path::Path;

pub use annotation::{Annotation, Level, annotations, failure_annotation};
pub use api::{Api, GithubError, comment_body, deployment_status, post_comment};
pub use pull_request::{PullRequest, pull_request};

use crate::announcement::Announcement;
use crate::content::Content;
use crate::render::markdown::{Room, message};
use crate::text::{bytes, cut, utf16};

/// What a step may write into its summary. Over it, GitHub shows nothing of it
/// (docs.github.com, "Workflow commands": 1 MiB a step).
pub const SUMMARY_BYTES: usize = 1024 * 1024;
/// What a comment may hold.
pub const COMMENT_CHARACTERS: usize = 65_536;

/// The message as the Markdown of a job's summary, at most [`SUMMARY_BYTES`].
pub fn summary(announcement: &Announcement) -> String {
    let room = Room { total: 900 * 1024, measure: bytes };
    message(&Content::of(announcement), &room)
}

/// The message as the Markdown of a comment; [`comment_body`] adds the marker.
pub fn comment(announcement: &Announcement) -> String {
    let room = Room { total: 60_000, measure: utf16 };
    message(&Content::of(announcement), &room)
}

/// Adds Markdown to the summary file that GitHub names in `GITHUB_STEP_SUMMARY`. All that a step writes counts
/// together, so it is cut to what the file still has room for.
pub fn append_summary(file: &Path, markdown: &str) -> std::io::Result<()> {
    let used = std::fs::metadata(file).map_or(0, |meta| usize::try_from(meta.len()).unwrap_or(usize::MAX));
    let room = SUMMARY_BYTES.saturating_sub(used + 2);
    let cleaned = meshhook_redact::clean(markdown);
    let fitted = cut(&cleaned, room, bytes);
    if fitted.len() > room {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(fitted.as_bytes())?;
    file.write_all(b"\n")
}
