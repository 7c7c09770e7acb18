//! What a finding says, and what it tells to do.

use std::path::Path;

use crate::check::Sides;
use crate::compare::{Changed, Changes, Gone, Misplaced, Why};
use crate::encoding::only_the_encoding;
use crate::listing::{self, Script};
use crate::name::Role;
use crate::report::{Commit, Finding, Kind};
use crate::shipped::Search;
use crate::words::quoted;

/// Puts changes into words.
pub(crate) struct Teller<'s> {
    pub(crate) sides: &'s Sides<'s>,
}

const APPEND: &str = "and put the change into a new migration: `cargo xtask db new NAME`";
const ENDINGS: &str = "`*.sql text eol=lf` in .gitattributes keeps line endings";

impl Teller<'_> {
    pub(crate) fn tell(
        &self,
        changes: &Changes<'_>,
        misplaced: &[Misplaced<'_>],
        search: &Search<'_>,
    ) -> Vec<(Role, Finding)> {
        let edited = changes.edited.iter().map(|changed| self.edited(changed, search));
        let no_file = changes.no_file.iter().map(|changed| self.no_file(changed, search));
        let gone = changes.gone.iter().map(|gone| self.gone(gone, search));
        let misplaced =
            misplaced.iter().map(|misplaced| (Role::Migration, self.misplaced(misplaced, search)));
        edited.chain(no_file).chain(gone).chain(misplaced).collect()
    }

    /// A folder that was one when it shipped.
    pub(crate) fn folder(&self, path: &Path, kind: listing::Kind) -> Finding {
        Finding {
            kind: Kind::MadeLink,
            path: path.to_owned(),
            other: None,
            version: None,
            commit: None,
            message: format!("the folder is {} now; no tool follows it to the shipped files", kind.name()),
            hint: format!("put the folder back: {}", self.restore(path)),
        }
    }

    fn edited(&self, changed: &Changed<'_>, search: &Search<'_>) -> (Role, Finding) {
        let Changed { shipped, here } = changed;
        let same = self.sides.bytes(shipped, here).and_then(|(before, now)| only_the_encoding(&before, &now));
        let restore = self.restore(&self.sides.path(shipped));
        let finding = match (shipped.role, same) {
            (Role::Migration, None) => self.finding(
                Kind::Edited,
                shipped,
                search,
                "was edited after it shipped".to_owned(),
                format!("restore it with {restore} {APPEND}"),
            ),
            (Role::Migration, Some(same)) => self.finding(
                Kind::ReEncoded,
                shipped,
                search,
                format!("was re-encoded after it shipped: {same}; the text is the same, its checksum is not"),
                format!("restore it with {restore}; {ENDINGS}"),
            ),
            (Role::Rollback, None) => self.rollback(shipped, search, "was edited".to_owned()),
            (Role::Rollback, Some(same)) => self.rollback(shipped, search, format!("was re-encoded: {same}")),
        };
        (shipped.role, finding)
    }

    fn no_file(&self, changed: &Changed<'_>, search: &Search<'_>) -> (Role, Finding) {
        let Changed { shipped, here } = changed;
        let what = format!("is {} now", here.kind.name());
        let finding = match shipped.role {
            Role::Migration => self.finding(
                Kind::MadeLink,
                shipped,
                search,
                format!("{what}; it shipped as {}", shipped.kind.name()),
                format!("remove it and restore the file with {}", self.restore(&self.sides.path(shipped))),
            ),
            Role::Rollback => self.rollback(shipped, search, what),
        };
        (shipped.role, finding)
    }

    fn gone(&self, gone: &Gone<'_>, search: &Search<'_>) -> (Role, Finding) {
        let Gone { shipped, renamed } = gone;
        let path = self.sides.path(shipped);
        let mut finding = match (shipped.role, renamed) {
            (Role::Migration, None) => self.finding(
                Kind::Deleted,
                shipped,
                search,
                "was deleted after it shipped".to_owned(),
                format!(
                    "restore it with {}; to undo what it did, write a new migration",
                    self.restore(&path)
                ),
            ),
            (Role::Migration, Some(renamed)) => {
                let to = self.sides.path(renamed.to);
                let and = if renamed.same_content { "" } else { " and edited" };
                self.finding(
                    Kind::Renamed,
                    shipped,
                    search,
                    format!("was renamed to `{}`{and} after it shipped", file_name(&to)),
                    format!("give it its name back: {}", self.rename_back(&to, &path, renamed.same_content)),
                )
            }
            (Role::Rollback, None) => self.rollback(shipped, search, "was deleted".to_owned()),
            (Role::Rollback, Some(renamed)) => {
                let to = self.sides.path(renamed.to);
                self.rollback(shipped, search, format!("was renamed to `{}`", file_name(&to)))
            }
        };
        finding.other = renamed.as_ref().map(|renamed| self.sides.path(renamed.to));
        (shipped.role, finding)
    }

    fn misplaced(&self, misplaced: &Misplaced<'_>, search: &Search<'_>) -> Finding {
        let Misplaced { script, why } = misplaced;
        let fix =
            "`cargo xtask db check --only history --fix` gives it, and its rollback, a version above all";
        let (kind, other, message) = match why {
            Why::Duplicate { other, shipped: true } => {
                let name = file_name(&self.sides.path(other));
                (
                    Kind::Duplicate,
                    *other,
                    format!("has the version of `{name}`, which has shipped on `{}`", self.base()),
                )
            }
            Why::Duplicate { other, shipped: false } => {
                let name = file_name(&self.sides.path(other));
                (Kind::Duplicate, *other, format!("has the same version as `{name}`"))
            }
            Why::NotAbove { highest } => {
                let message = format!(
                    "comes before version {}, which has shipped on `{}`: a database that has that one gets it out of order",
                    highest.version,
                    self.base()
                );
                (Kind::NotAbove, *highest, message)
            }
        };
        Finding {
            kind,
            path: self.sides.path(script),
            other: Some(self.sides.path(other)),
            version: Some(script.version),
            commit: search.commit(&other.name),
            message,
            hint: fix.to_owned(),
        }
    }

    fn rollback(&self, shipped: &Script, search: &Search<'_>, what: String) -> Finding {
        self.finding(
            Kind::RollbackChanged,
            shipped,
            search,
            format!("{what} after it shipped"),
            format!(
                "a shipped rollback may change when its round trip passes: `cargo xtask db verify {}`; otherwise {}",
                shipped.version,
                self.restore(&self.sides.path(shipped))
            ),
        )
    }

    fn finding(
        &self,
        kind: Kind,
        shipped: &Script,
        search: &Search<'_>,
        what: String,
        hint: String,
    ) -> Finding {
        let commit: Option<Commit> = search.commit(&shipped.name);
        let message = match &commit {
            Some(commit) => format!("{what} in {commit}"),
            None => format!("{what} on `{}`", self.base()),
        };
        let path = self.sides.path(shipped);
        Finding { kind, path, other: None, version: Some(shipped.version), commit, message, hint }
    }

    fn base(&self) -> &str {
        &self.sides.chosen.name
    }

    /// The command that brings a shipped file back, from any folder of the checkout.
    fn restore(&self, path: &Path) -> String {
        let from = self.sides.restore_from();
        format!("`git checkout {from} -- {}`", quoted(&Path::new(":/").join(path)))
    }

    fn rename_back(&self, to: &Path, path: &Path, same_content: bool) -> String {
        let root = &self.sides.opened.root;
        let back = format!("`mv {} {}`", quoted(&root.join(to)), quoted(&root.join(path)));
        if same_content { back } else { format!("{back}, then {} {APPEND}", self.restore(path)) }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
