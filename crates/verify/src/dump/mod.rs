//! A schema as SQL that makes it anew: ordered, and safe to run again. Proven before it is handed out: it is restored
//! in the sandbox, twice over, and must give the same catalog.

mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use meshhook_sandbox::{Database, Server};
use meshhook_schema::plan::Step;
use meshhook_schema::{Catalog, Kind, Options, Patterns, Plan, Told, plan};

use crate::diff::sides::{connect, create, differences, read, scope};
use crate::diff::text::Text;
use crate::diff::{Alone, DiffError, Way, apply};

/// How a dump is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One script, in an order in which every statement finds what it needs.
    Whole,
    /// A folder for each schema in it, with a file for each table and view and one for each other kind of object.
    /// What reads it has to come back to statements that wait for another file, as `diff` and `check` do.
    ByDomain,
}

/// A schema as SQL.
#[derive(Debug)]
pub struct Dump {
    /// One file, or several with folders before their names.
    pub files: Vec<File>,
    /// The fingerprint of the schema, and of every database that the dump is restored to.
    pub fingerprint: String,
    /// Why it could not be tried out in the sandbox.
    pub unproven: Option<String>,
}

/// A file of a dump.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct File {
    /// Below the folder that the dump goes to.
    pub path: PathBuf,
    /// What is in it.
    pub sql: String,
}

/// Says what each file is.
const HEADER: &str =
    "Written by `cargo xtask db dump`. Every statement may run again; roles have to be there.";

/// Writes a schema down.
///
/// # Errors
/// Something in it that no statement can make, and a dump that does not restore the schema.
pub async fn dump(
    server: &Server,
    schema: &Alone,
    runtime: &Patterns,
    layout: Layout,
) -> Result<Dump, DiffError> {
    let empty = create(server, schema.platform).await?;
    let mut conn = connect(&empty).await?;
    let bare = read(&mut conn, &scope(schema.platform), runtime, "the sandbox").await?;
    drop(conn);
    let files = match layout {
        Layout::Whole => {
            let sql = Way::whole(&planned(&bare, &schema.catalog)?).text(&[HEADER.to_owned()]);
            vec![File { path: PathBuf::from("schema.sql"), sql }]
        }
        Layout::ByDomain => by_domain(&bare, &schema.catalog)?,
    };
    let proof = Proof { server, schema, runtime, layout, files: &files };
    let unproven = match proof.restore(&empty).await {
        Ok(()) => None,
        // a live database may be of a version, and have extensions, that are not here
        Err(error) => Some(proof.excuse(&error).ok_or(error)?),
    };
    Ok(Dump { fingerprint: schema.catalog.fingerprint().to_string(), files, unproven })
}

fn planned(from: &Catalog, to: &Catalog) -> Result<Plan, DiffError> {
    let plan = plan(from, to, &Options { online: false })?;
    let left = differences(from, to);
    if plan.steps.is_empty() && !left.is_empty() {
        return Err(DiffError::Unplanned(left.iter().map(|one| one.tell(Told::Neutral)).collect()));
    }
    Ok(plan)
}

/// Default privileges first, in files that are read first, since they change what every later statement makes.
fn by_domain(empty: &Catalog, wanted: &Catalog) -> Result<Vec<File>, DiffError> {
    let mut first = wanted.clone().as_read_by(empty.role());
    first.retain(|identity| {
        matches!(identity.root().kind, Kind::Schema | Kind::DefaultPrivileges)
            || empty.get(identity).is_some()
            // a table of the platform's, of which only what the project has put on it is a fact
            || wanted.get(identity).is_none()
    });
    let plans = [planned(empty, &first)?, planned(&first, wanted)?];
    let places = place::Places::of(wanted);
    let mut files: BTreeMap<PathBuf, Vec<Step>> = BTreeMap::new();
    for step in plans.into_iter().flat_map(|plan| plan.steps) {
        files.entry(places.of_object(&step.object)).or_default().push(step);
    }
    let file = |(path, steps)| {
        let plan = Plan { steps, notes: Vec::new() };
        File { path, sql: Way::whole(&plan).text(&[HEADER.to_owned()]) }
    };
    Ok(files.into_iter().map(file).collect())
}

/// A dump that is about to be tried out.
struct Proof<'a> {
    server: &'a Server,
    schema: &'a Alone,
    runtime: &'a Patterns,
    layout: Layout,
    files: &'a [File],
}

impl Proof<'_> {
    async fn restore(&self, database: &Database) -> Result<(), DiffError> {
        for again in ["", "when it runs over itself, "] {
            self.run(database).await?;
            let mut conn = connect(database).await?;
            let found = read(&mut conn, &scope(self.schema.platform), self.runtime, "the sandbox").await?;
            if let Some(first) = differences(&self.schema.catalog, &found).first() {
                return Err(DiffError::NotRestored(format!("{again}{}", first.tell(Told::Found))));
            }
        }
        Ok(())
    }

    async fn run(&self, database: &Database) -> Result<(), DiffError> {
        if self.layout == Layout::Whole {
            let mut conn = connect(database).await?;
            for file in self.files {
                let done = apply::rebuild(&mut conn, &file.sql).await;
                done.map_err(|error| DiffError::NotRestored(error.to_string()))?;
            }
            return Ok(());
        }
        let text = |file: &File| Text::new(Path::new(&file.path), &file.sql);
        let texts = self.files.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        apply::files(self.server, database, &texts).await?;
        Ok(())
    }

    /// Why a failure says nothing about the dump.
    fn excuse(&self, error: &DiffError) -> Option<String> {
        let live = self.schema.live?;
        if live != self.server.major() {
            let sandbox = self.server.describe();
            return Some(format!(
                "the sandbox is {sandbox}, the database's server PostgreSQL {live}: {error}"
            ));
        }
        match error {
            DiffError::Extension(lacking) => Some(lacking.clone()),
            _ => None,
        }
    }
}
