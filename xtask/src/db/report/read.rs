//! A report that comes back in, as the artifact of a job that ran a stranger's code. Nothing is trusted but its shape:
//! the comment is rendered anew from `report.json`, by the rules for hostile text.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{FORMAT, READ_BYTES, Report};

/// Why a folder holds no report that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("there is no `report.json` in `{0}`")]
    Missing(PathBuf),
    #[error("`{0}` is no regular file")]
    Irregular(PathBuf),
    #[error("`{path}` is larger than {limit} bytes", limit = READ_BYTES)]
    TooLarge { path: PathBuf },
    #[error("cannot read `{path}`: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    #[error("`{path}` is not a report of `cargo xtask db check`: {error}")]
    Shape { path: PathBuf, error: serde_json::Error },
    #[error("`{path}` has format {format}, and this version knows {FORMAT}")]
    Format { path: PathBuf, format: u32 },
}

impl Report {
    /// Reads the report in `folder`, which may come from a stranger.
    pub(crate) fn read(folder: &Path) -> Result<Report, Unreadable> {
        let path = folder.join("report.json");
        let text = read_small(&path, READ_BYTES)?;
        let report: Report =
            serde_json::from_slice(&text).map_err(|error| Unreadable::Shape { path: path.clone(), error })?;
        if report.format == FORMAT {
            Ok(report)
        } else {
            Err(Unreadable::Format { path, format: report.format })
        }
    }
}

/// The number in the file `pull-request`. A claim, no proof: whoever uses it asks GitHub.
pub(crate) fn claimed_pull_request(folder: &Path) -> Option<u64> {
    let text = read_small(&folder.join("pull-request"), 20).ok()?;
    std::str::from_utf8(&text).ok()?.trim().parse().ok()
}

/// A regular file of limited size: no link to somewhere else, no pipe that never ends.
fn read_small(path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
    let failed = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Unreadable::Missing(path.parent().unwrap_or(path).to_path_buf())
        } else {
            Unreadable::Io { path: path.to_path_buf(), error }
        }
    };
    if !std::fs::symlink_metadata(path).map_err(failed)?.is_file() {
        return Err(Unreadable::Irregular(path.to_path_buf()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(Unreadable::TooLarge { path: path.to_path_buf() });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::finding::Severity;
    use crate::db::report::tests::{entry, report};

    #[test]
    fn what_is_written_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let report = report(vec![entry(Severity::Error, Some("a.sql"), "m")]);
        report.write(folder.path(), Some(7)).unwrap();
        let read = Report::read(folder.path()).unwrap();
        assert_eq!(read.comment(), report.comment());
        assert_eq!(std::fs::read_to_string(folder.path().join("comment.md")).unwrap(), report.comment());
        assert_eq!(std::fs::read_to_string(folder.path().join("summary.md")).unwrap(), report.summary());
        assert_eq!(claimed_pull_request(folder.path()), Some(7));
    }

    #[test]
    fn a_report_too_large_to_be_read_again_is_written_shorter() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(10_000);
        let entries = (0..1_000).map(|_| entry(Severity::Error, Some("a.sql"), &long)).collect();
        report(entries).write(folder.path(), None).unwrap();
        let read = Report::read(folder.path()).unwrap();
        assert_eq!(read.gates[0].findings.len(), 1_000);
        assert!(!folder.path().join("pull-request").exists());
    }

    #[test]
    fn a_report_from_a_stranger_is_read_only_when_it_is_one() {
        type Plant = fn(&Path);
        let cases: &[(&str, Plant)] = &[
            ("there is no `report.json`", |_| {}),
            ("not a report", |path| std::fs::write(path, "[1, 2").unwrap()),
            ("not a report", |path| std::fs::write(path, "{\"format\": 1}").unwrap()),
            ("not a report", |path| std::fs::write(path, [0xff, 0xfe]).unwrap()),
            ("has format 2", |path| {
                std::fs::write(path, r#"{"format":2,"tool":"x","commit":null,"passed":true,"gates":[]}"#)
                    .unwrap();
            }),
            ("is no regular file", |path| std::os::unix::fs::symlink("/proc/self/environ", path).unwrap()),
            ("is no regular file", |path| std::fs::create_dir(path).unwrap()),
            ("is larger than", |path| std::fs::File::create(path).unwrap().set_len(READ_BYTES + 1).unwrap()),
        ];
        for (expected, plant) in cases {
            let folder = tempfile::tempdir().unwrap();
            plant(&folder.path().join("report.json"));
            let said = Report::read(folder.path()).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn a_claimed_pull_request_is_a_number_or_nothing() {
        let cases = [
            ("7\n", Some(7)),
            ("7; rm -rf /", None),
            ("-1", None),
            ("", None),
            ("99999999999999999999999", None),
        ];
        for (text, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("pull-request"), text).unwrap();
            assert_eq!(claimed_pull_request(folder.path()), expected, "{text:?}");
        }
    }
}
