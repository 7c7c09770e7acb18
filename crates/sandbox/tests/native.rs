//! Native servers: their life, their databases, their end.

use std::time::Instant;

use meshhook_sandbox::{Choice, Server, Settings};
use sqlx::Connection;

async fn start() -> Server {
    Server::start(&Settings::new(Choice::Native(None)), &mut |line| eprintln!("{line}")).await.unwrap()
}

#[tokio::test]
async fn a_database_is_shaped_like_a_supabase_project_and_a_bare_one_is_not() {
    let t = Instant::now();
    let server = start().await;
    eprintln!("start {:?}", t.elapsed());
    let t = Instant::now();
    let shaped = server.create().await.unwrap();
    eprintln!("create {:?}", t.elapsed());
    let t = Instant::now();
    let bare = server.create_bare().await.unwrap();
    eprintln!("bare {:?}", t.elapsed());
    for (database, expected) in [(&shaped, true), (&bare, false)] {
        let mut connection = database.connect().await.unwrap();
        let has: bool = sqlx::query_scalar("SELECT to_regclass('auth.users') IS NOT NULL")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(has, expected);
        connection.close().await.unwrap();
    }
    let t = Instant::now();
    let copy = server.clone(&shaped).await.unwrap();
    eprintln!("clone {:?}", t.elapsed());
    let mut connection = copy.connect().await.unwrap();
    let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(&mut connection).await.unwrap();
    assert_eq!(path, "\"$user\", public, extensions");
    let t = Instant::now();
    drop((shaped, bare, copy));
    server.stop().await.unwrap();
    eprintln!("stop {:?}", t.elapsed());
}
