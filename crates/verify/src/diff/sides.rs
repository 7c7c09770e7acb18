//! The two schemas, each in a database of the sandbox and as a catalog.

use std::path::PathBuf;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{Folder, Script};
use meshhook_sandbox::{Database, Server, own};
use meshhook_schema::plan::{Step, Verb};
use meshhook_schema::{Catalog, Difference, Identity, Options, Patterns, Plan, Scope, compare, plan};
use sqlx::PgConnection;

use super::hint::{Hint, hints};
use super::rename::{Rename, candidates, followers, ordered};
use super::text::Text;
use super::{DiffError, apply, script};
use crate::scripts;

/// Where a schema comes from.
#[derive(Debug)]
pub enum Side {
    /// What migrations end in.
    Migrations {
        /// The migrations.
        folder: Folder,
        /// Our own: no transactions of their own, no roles that nobody made.
        house: bool,
    },
    /// The declared schema of the project.
    Declared(Vec<PathBuf>),
    /// Somebody's SQL.
    Files(Vec<PathBuf>),
    /// A live database, which is only read.
    Live(Box<Target>),
}

/// What is asked.
#[derive(Debug)]
pub struct Request {
    /// What there is.
    pub from: Side,
    /// What is wanted.
    pub to: Side,
    /// What is made and dropped at run time: neither created nor dropped.
    pub runtime: Patterns,
    /// Spare those who use the database.
    pub online: bool,
    /// A Supabase-shaped database also for two sides that are none of ours.
    pub platform: bool,
    /// `old=new`, see [`Rename::parse`].
    pub renames: Vec<String>,
    /// What fails only where rows are is a failure, and so is a rollback that does not lead back: for what is to be
    /// shipped. Otherwise that is told beside the SQL.
    pub strict: bool,
    /// The SQL must do no harm when it runs over itself.
    pub idempotent: bool,
}

/// Both sides.
#[derive(Debug)]
pub struct Sides<'a> {
    pub(crate) server: &'a Server,
    pub(crate) request: &'a Request,
    pub(crate) scope: Scope,
    /// Shaped like a Supabase project.
    pub platform: bool,
    /// What there is, in the sandbox.
    pub(crate) base: Database,
    pub(crate) from: Catalog,
    pub(crate) to: Catalog,
    hints: Vec<Hint>,
    /// Roles that had to be made, because the SQL mentions them.
    pub roles: Vec<String>,
    /// What of somebody's files is not looked at, as sentences.
    pub passed_over: Vec<String>,
}

/// The way from one side to the other, not proven yet.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(crate) sides: &'a Sides<'a>,
    /// What is renamed, in order.
    pub renames: Vec<Rename>,
    /// `from` after the renames.
    pub(crate) renamed: Catalog,
    /// The renames and all that follows.
    pub plan: Plan,
    /// What differs, as sentences.
    pub differences: Vec<String>,
}

/// One side in a database.
pub(crate) struct Loaded {
    /// None for a live one.
    database: Option<Database>,
    pub(crate) catalog: Catalog,
    hints: Vec<Hint>,
    pub(crate) roles: Vec<String>,
}

/// What has been read from the disk.
pub(crate) enum Input<'a> {
    Migrations(&'a Folder, bool),
    Texts(Vec<Text>),
    Live(&'a Target),
}

/// Applies or reads both sides, at the same time.
///
/// # Errors
/// What is wrong with one of them, or with the sandbox.
pub async fn load<'a>(server: &'a Server, request: &'a Request) -> Result<Sides<'a>, DiffError> {
    let (from, to) = (input(&request.from)?, input(&request.to)?);
    let passed_over = [&from, &to].into_iter().flat_map(Input::passed_over).collect();
    let mut platform = request.platform || request.from.is_house() || request.to.is_house();
    for side in [&from, &to] {
        if let Input::Live(target) = side
            && !platform
        {
            let mut conn = target.connect().await?;
            platform = own::has_platform(&mut conn).await?;
        }
    }
    let sides = match both(server, request, (&from, &to), platform).await {
        // What a Supabase project takes for granted: `auth.uid()`, the schema `extensions` and so on.
        Err(DiffError::Load(failures)) if !platform => {
            platform = true;
            let again = both(server, request, (&from, &to), platform).await;
            again.map_err(|_| DiffError::Load(failures))
        }
        done => done,
    };
    let (from, to) = sides?;
    let scope = scope(platform);
    let mut roles = from.roles;
    let base = match from.database {
        Some(database) => database,
        None => rebuild(server, request, &from.catalog, platform, &mut roles).await?,
    };
    roles.extend(to.roles);
    roles.sort();
    roles.dedup();
    let mut hints = to.hints;
    hints.sort_by_key(Hint::rank);
    let (from, to) = (from.catalog, to.catalog);
    Ok(Sides { server, request, scope, platform, base, from, to, hints, roles, passed_over })
}

impl Side {
    pub(crate) fn is_house(&self) -> bool {
        matches!(self, Side::Migrations { house: true, .. } | Side::Declared(_))
    }
}

impl Input<'_> {
    fn passed_over(&self) -> Vec<String> {
        match self {
            Input::Texts(texts) => texts.iter().flat_map(Text::passed_over).collect(),
            Input::Migrations(..) | Input::Live(_) => Vec::new(),
        }
    }
}

pub(crate) fn input(side: &Side) -> Result<Input<'_>, DiffError> {
    Ok(match side {
        Side::Migrations { folder, house } => Input::Migrations(folder, *house),
        Side::Declared(files) | Side::Files(files) => {
            Input::Texts(files.iter().map(|path| Text::read(path)).collect::<Result<_, _>>()?)
        }
        Side::Live(target) => Input::Live(target),
    })
}

/// What of a database is looked at.
pub(crate) fn scope(platform: bool) -> Scope {
    let scope = if platform { Scope::project() } else { Scope::everything() };
    scope.with_dependencies()
}

pub(crate) async fn create(server: &Server, platform: bool) -> Result<Database, DiffError> {
    Ok(if platform { server.create().await? } else { server.create_bare().await? })
}

async fn both(
    server: &Server,
    request: &Request,
    (from, to): (&Input<'_>, &Input<'_>),
    platform: bool,
) -> Result<(Loaded, Loaded), DiffError> {
    let (from, to) = tokio::join!(
        one(server, &request.runtime, from, "`from`", platform),
        one(server, &request.runtime, to, "`to`", platform)
    );
    Ok((from?, to?))
}

pub(crate) async fn one(
    server: &Server,
    runtime: &Patterns,
    input: &Input<'_>,
    side: &'static str,
    platform: bool,
) -> Result<Loaded, DiffError> {
    let mut found = Vec::new();
    let (database, mut conn, roles) = match input {
        Input::Live(target) => (None, target.connect().await?, Vec::new()),
        Input::Texts(texts) => {
            for text in texts {
                found.extend(hints(text)?);
            }
            let database = create(server, platform).await?;
            let roles = apply::files(server, &database, texts).await?;
            let conn = connect(&database).await?;
            (Some(database), conn, roles)
        }
        Input::Migrations(folder, house) => {
            let database = create(server, platform).await?;
            let roles = apply::migrations(server, &database, folder, *house).await?;
            let conn = connect(&database).await?;
            (Some(database), conn, roles)
        }
    };
    let catalog = read(&mut conn, &scope(platform), runtime, side).await?;
    Ok(Loaded { database, catalog, hints: found, roles })
}

pub(crate) async fn connect(database: &Database) -> Result<PgConnection, DiffError> {
    scripts::connect(database).await.map_err(DiffError::query("connect to the sandbox"))
}

pub(crate) async fn read(
    conn: &mut PgConnection,
    scope: &Scope,
    runtime: &Patterns,
    side: &'static str,
) -> Result<Catalog, DiffError> {
    let catalog = Catalog::read(conn, scope).await.map_err(|source| DiffError::Catalog { side, source })?;
    Ok(catalog.excluding(runtime))
}

/// All that differs and is more than a note.
pub(crate) fn differences(from: &Catalog, to: &Catalog) -> Vec<Difference> {
    compare(from, to).into_iter().filter(|difference| !difference.is_note()).collect()
}

/// Makes a live schema anew, so that something can be tried out on it.
async fn rebuild(
    server: &Server,
    request: &Request,
    live: &Catalog,
    platform: bool,
    roles: &mut Vec<String>,
) -> Result<Database, DiffError> {
    let scope = scope(platform);
    let database = create(server, platform).await?;
    let mut conn = connect(&database).await?;
    let empty = read(&mut conn, &scope, &request.runtime, "the sandbox").await?;
    let all = plan(&empty, live, &Options { online: false })
        .map_err(|error| DiffError::Rebuild(error.to_string()))?;
    for part in all.parts() {
        let sql = script::text(&part);
        let made = apply::rebuild(&mut conn, &sql).await;
        roles.extend(made.map_err(|error| DiffError::Rebuild(error.to_string()))?);
    }
    let is = read(&mut conn, &scope, &request.runtime, "the sandbox").await?;
    match differences(live, &is).first() {
        None => Ok(database),
        Some(first) => Err(DiffError::Rebuild(first.tell(meshhook_schema::Told::Neutral))),
    }
}

impl<'a> Sides<'a> {
    /// What is renamed: by options, by hints. Each option must be about something.
    pub fn renames(&self) -> Result<Vec<Rename>, DiffError> {
        let given = self.request.renames.iter();
        let mut renames: Vec<Rename> = given
            .map(|text| Rename::parse(text, &self.from, &self.to).map_err(DiffError::Rename))
            .collect::<Result<_, _>>()?;
        for hint in &self.hints {
            if let Some(rename) = hint.rename(&self.from, &self.to, &renames)
                && !renames.contains(&rename)
            {
                renames.push(rename);
            }
        }
        Ok(ordered(renames))
    }

    /// The way from one side to the other.
    ///
    /// # Errors
    /// A rename that Postgres refuses, and a difference that no statement can bring about.
    pub async fn draft(&'a self, renames: Vec<Rename>) -> Result<Draft<'a>, DiffError> {
        let mut renames = ordered(renames);
        let mut renamed = self.from.clone();
        if !renames.is_empty() {
            let copy = self.server.clone(&self.base).await?;
            let mut conn = connect(&copy).await?;
            renamed = self.rename(&mut conn, &renames).await?;
            let more = followers(&renamed, &self.to, &renames);
            if !more.is_empty() {
                renamed = self.rename(&mut conn, &more).await?;
                renames.extend(more);
            }
        }
        let options = Options { online: self.request.online };
        let mut plan = plan(&renamed, &self.to, &options)?;
        let left = differences(&renamed, &self.to);
        if plan.steps.is_empty() && !left.is_empty() {
            let left = left.iter().map(|difference| difference.tell(meshhook_schema::Told::Neutral));
            return Err(DiffError::Unplanned(left.collect()));
        }
        let steps = steps(&renames);
        plan.steps.splice(0..0, steps);
        let differences = compare(&self.from, &self.to);
        let differences =
            differences.iter().map(|difference| difference.tell(meshhook_schema::Told::Neutral)).collect();
        Ok(Draft { sides: self, renames, renamed, plan, differences })
    }

    async fn rename(&self, conn: &mut PgConnection, renames: &[Rename]) -> Result<Catalog, DiffError> {
        let plan = Plan { steps: steps(renames), notes: Vec::new() };
        let script = Script::new("renames.sql", plan.sql());
        scripts::run_foreign(conn, &script)
            .await
            .map_err(|error| DiffError::Rename(format!("Postgres refuses to rename: {error}")))?;
        read(conn, &self.scope, &self.request.runtime, "the sandbox").await
    }
}

/// Renames as steps of a plan.
pub(crate) fn steps(renames: &[Rename]) -> Vec<Step> {
    let step = |rename: &Rename| Step {
        object: rename.object(),
        verb: Verb::Alter,
        replaces: false,
        comment: format!("{}.", capitalised(&rename.told())),
        statements: {
            let used = rename.is_used();
            rename.statements().into_iter().map(|one| script::statement(one, used)).collect()
        },
    };
    renames.iter().map(step).collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Draft<'_> {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.plan.steps.is_empty()
    }

    /// What goes with rows or values in it.
    pub fn drops(&self) -> Vec<Identity> {
        super::class::lost(self.plan.steps.iter().flat_map(|step| &step.statements))
    }

    /// What may be meant as a rename: something goes, and something of the same shape comes.
    pub fn candidates(&self) -> Vec<Rename> {
        candidates(&self.renamed, &self.sides.to)
    }
}
