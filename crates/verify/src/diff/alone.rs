//! One schema without another to compare it with.

use meshhook_migrate::connect::Target;
use meshhook_sandbox::{Server, own};
use meshhook_schema::{Catalog, Patterns};

use super::DiffError;
use super::sides::{Side, input, one, read, scope};

/// One schema.
#[derive(Debug)]
pub struct Alone {
    /// Everything in it, with who needs whom.
    pub catalog: Catalog,
    /// Shaped like a Supabase project.
    pub platform: bool,
    /// Roles that had to be made, because the SQL mentions them.
    pub roles: Vec<String>,
    /// The major version of a live database's server.
    pub live: Option<u16>,
}

impl Alone {
    /// Applies migrations or files to a sandbox, or reads a live database. `platform` asks for a Supabase-shaped database
    /// also for somebody else's files.
    ///
    /// # Errors
    /// What is wrong with the schema, or with the sandbox.
    pub async fn load(
        server: &Server,
        side: &Side,
        runtime: &Patterns,
        platform: bool,
    ) -> Result<Alone, DiffError> {
        if let Side::Live(target) = side {
            return Alone::read(target, runtime).await;
        }
        let input = input(side)?;
        let mut platform = platform || side.is_house();
        let loaded = match one(server, runtime, &input, "the schema", platform).await {
            Err(DiffError::Load(failures)) if !platform => {
                platform = true;
                let again = one(server, runtime, &input, "the schema", platform).await;
                again.map_err(|_| DiffError::Load(failures))
            }
            done => done,
        }?;
        Ok(Alone { catalog: loaded.catalog, platform, roles: loaded.roles, live: None })
    }

    /// Reads a live database, for which no sandbox is needed.
    ///
    /// # Errors
    /// It cannot be reached or read.
    pub async fn read(target: &Target, runtime: &Patterns) -> Result<Alone, DiffError> {
        let mut conn = target.connect().await?;
        let platform = own::has_platform(&mut conn).await?;
        let catalog = read(&mut conn, &scope(platform), runtime, "the database").await?;
        // 170004 is 17.4
        let major = conn.server_version_num().and_then(|number| u16::try_from(number / 10_000).ok());
        Ok(Alone { catalog, platform, roles: Vec::new(), live: major })
    }
}
