//! A database with all migrations, on each server that tests run on.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot make its database has to stop")]

use std::sync::{Arc, LazyLock, Weak};

use meshhook_sandbox::{Database, Server, testing};
use meshhook_store::definitions::{self, Definition, Draft};
use meshhook_store::migrations::MIGRATOR;
use meshhook_store::projects::{self, Project};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use uuid::Uuid;

/// A database at head, of which nobody else knows.
pub struct Fresh {
    world: Arc<Vec<World>>,
    index: usize,
    pub database: Database,
}

/// A server, and what databases on it are copied from.
struct World {
    server: Server,
    head: Database,
}

/// One for all tests of a binary: what belongs to a server has to outlive the test that started it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// The servers, while a test holds them: the last one stops them.
static WORLDS: Mutex<Weak<Vec<World>>> = Mutex::const_new(Weak::new());

/// Runs a test on each server.
pub fn on_each_server(test: impl AsyncFn(&Fresh)) {
    RUNTIME.block_on(async {
        let worlds = worlds().await;
        for (index, world) in worlds.iter().enumerate() {
            let database = world.server.clone(&world.head).await.unwrap();
            let fresh = Fresh { world: Arc::clone(&worlds), index, database };
            test(&fresh).await;
            fresh.database.remove().await.unwrap();
        }
        tokio::task::spawn_blocking(move || drop(worlds)).await.unwrap();
    });
}

async fn worlds() -> Arc<Vec<World>> {
    let mut shared = WORLDS.lock().await;
    if let Some(worlds) = shared.upgrade() {
        return worlds;
    }
    let mut worlds = Vec::new();
    for server in testing::servers().await {
        let head = server.create().await.unwrap();
        let mut connection = head.connect().await.unwrap();
        MIGRATOR.run(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        worlds.push(World { server, head });
    }
    let worlds = Arc::new(worlds);
    *shared = Arc::downgrade(&worlds);
    worlds
}

impl Fresh {
    /// A database with the platform and nothing else.
    pub async fn empty(&self) -> Database {
        self.world[self.index].server.create().await.unwrap()
    }

    /// As the owner of everything.
    pub async fn admin(&self) -> PgConnection {
        self.database.connect().await.unwrap()
    }

    /// As MeshHook's services connect.
    pub async fn service(&self) -> PgConnection {
        let mut connection = self.admin().await;
        sqlx::query("SET ROLE service_role").execute(&mut connection).await.unwrap();
        connection
    }

    /// As a request of a signed-in user.
    pub async fn request_of(&self, user: Uuid) -> PgConnection {
        let mut connection = self.admin().await;
        let claims = json!({ "sub": user, "role": "authenticated" }).to_string();
        sqlx::query("SELECT set_config('request.jwt.claims', $1, false)")
            .bind(claims)
            .execute(&mut connection)
            .await
            .unwrap();
        sqlx::query("SET ROLE authenticated").execute(&mut connection).await.unwrap();
        connection
    }

    /// A new user.
    pub async fn user(&self) -> Uuid {
        let id = Uuid::new_v4();
        sqlx::query("INSERT INTO auth.users (id, email) VALUES ($1, $2)")
            .bind(id)
            .bind(format!("{id}@example.org"))
            .execute(&mut self.admin().await)
            .await
            .unwrap();
        id
    }

    /// A project of a new user.
    pub async fn project(&self) -> Project {
        projects::create(&mut self.service().await, self.user().await, "Shop").await.unwrap()
    }

    /// A published workflow in a project.
    pub async fn published(&self, project: &Project) -> Definition {
        let mut service = self.service().await;
        let draft = definitions::add_draft(&mut service, draft(project, "orders")).await.unwrap();
        definitions::publish(&mut service, draft.id).await.unwrap().unwrap()
    }
}

/// The first version of a workflow.
pub fn draft<'a>(project: &Project, slug: &'a str) -> Draft<'a> {
    static EMPTY: std::sync::LazyLock<serde_json::Value> =
        std::sync::LazyLock::new(|| json!({ "steps": [] }));
    Draft { project: project.id, slug, name: "Orders", definition: &EMPTY, author: None }
}
