//! The servers that tests run on.

mod cluster;

use crate::server::Server;
use crate::settings::{Choice, Settings};

pub use cluster::Cluster;

/// One for each entry of `MESHHOOK_TEST_SERVERS` (`native:15,native:18,docker`), else `auto` alone.
///
/// # Panics
/// When an entry is not understood: a test that silently runs on less than was asked for proves less than it says.
pub fn settings() -> Vec<Settings> {
    let wanted = std::env::var("MESHHOOK_TEST_SERVERS").unwrap_or_default();
    let named: Vec<&str> = wanted.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if named.is_empty() {
        return vec![Settings::with_image_from_env(Choice::Auto)];
    }
    named
        .into_iter()
        .map(|name| match name.parse() {
            Ok(choice) => Settings::with_image_from_env(choice),
            Err(error) => panic!("MESHHOOK_TEST_SERVERS: {error}"),
        })
        .collect()
}

/// Starts each of them.
///
/// # Panics
/// When one cannot be had, with the ways to get one.
pub async fn servers() -> Vec<Server> {
    let mut servers = Vec::new();
    for settings in settings() {
        match Server::start(&settings, &mut |line| eprintln!("{line}")).await {
            Ok(server) => servers.push(server),
            Err(error) => panic!("no server for tests ({}): {error}", settings.choice),
        }
    }
    servers
}
