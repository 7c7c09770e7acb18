//! A throwaway server in a container, through testcontainers.

mod engine;
mod kept;

use std::fmt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection};
use testcontainers_modules::testcontainers::bollard::models::{HostConfig, PortBinding};
use testcontainers_modules::testcontainers::core::client::docker_client_instance;
use testcontainers_modules::testcontainers::core::{ContainerPort, Mount};
use testcontainers_modules::testcontainers::runners::AsyncRunner;
use testcontainers_modules::testcontainers::{ContainerAsync, GenericImage, ImageExt};

pub(crate) use engine::{Engine, Image};

use crate::endpoint::{Endpoint, Secret};
use crate::error::SandboxError;
use crate::owner::Owner;
use crate::server::{self, Backend, Server, Shape};
use crate::settings::{Note, Settings};

const PORT: ContainerPort = ContainerPort::Tcp(5432);
/// A first start makes its cluster, and the platform's image runs all its scripts.
const PATIENCE: Duration = Duration::from_secs(120);
/// Tells this container of ours from the others, so that a failed start can be cleaned up.
const MARK: &str = "dev.meshhook.run";

/// Nothing needs to survive a crash. What the image sets for reasons of its own (wal_level, libraries) is left alone.
const PARAMETERS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_locks_per_transaction=1024",
];

/// A running container. Dropping it removes it.
pub(crate) struct Container {
    container: Option<ContainerAsync<GenericImage>>,
    watchdog: Option<Child>,
}

impl fmt::Debug for Container {
    // testcontainers would print the whole request, password included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container")
            .field("id", &self.container.as_ref().map(|container| container.id()))
            .finish()
    }
}

/// Starts a container of this image.
pub(crate) async fn start(
    engine: &Engine,
    image: &Image,
    settings: &Settings,
    note: Note<'_>,
) -> Result<Server, SandboxError> {
    note(&format!("starting a container of {}", image.name));
    let mark = uuid::Uuid::new_v4().simple().to_string();
    let password = Secret::new(uuid::Uuid::new_v4().simple().to_string());
    let container = match request(image, &mark, &password).start().await {
        Ok(container) => container,
        Err(error) => {
            // testcontainers forgets about a container that was created and did not start.
            engine.remove_marked(&format!("{MARK}={mark}")).await;
            let doing = format!("start a container of {}", image.name);
            return Err(SandboxError::Docker { doing, reason: error.to_string() });
        }
    };
    let container = Container { watchdog: watchdog(container.id()), container: Some(container) };
    let endpoint = container.endpoint(&password).await?;
    let kind = format!("docker ({})", image.name);
    container.wait_until_ready(&endpoint, &kind).await?;
    let (endpoint, shape) = match server::platform_source(&endpoint, &kind).await? {
        _ if !settings.platform => (endpoint, Shape::Bare),
        Some((endpoint, source)) => (endpoint, Shape::CopyOf(source)),
        None => (endpoint, Shape::Platform),
    };
    Server::over(Some(Backend::Docker(Box::new(container))), endpoint, &kind, shape).await
}

fn request(
    image: &Image,
    mark: &str,
    password: &Secret<String>,
) -> testcontainers_modules::testcontainers::ContainerRequest<GenericImage> {
    let (name, tag) = split(&image.name);
    let mut command = image.command.clone();
    // Only where we know what it runs; the entrypoint of another image may read its arguments differently.
    if command.first().is_some_and(|program| program == "postgres") {
        command.extend(PARAMETERS.iter().flat_map(|parameter| ["-c".to_owned(), (*parameter).to_owned()]));
    }
    let request = GenericImage::new(name, tag)
        .with_exposed_port(PORT)
        .with_cmd(command)
        // Not POSTGRES_USER: the platform's image breaks when it is set.
        .with_env_var("POSTGRES_PASSWORD", password.expose())
        .with_label(engine::LABEL, Owner::current().to_string())
        .with_label(MARK, mark)
        .with_shm_size(256 * 1024 * 1024)
        .with_startup_timeout(PATIENCE)
        .with_host_config_modifier(|config| {
            settle_version();
            stay_private(config);
        });
    match &image.data {
        // In memory: a cluster has a thousand files, and every database three hundred more.
        Some(data) => request.with_mount(Mount::tmpfs_mount(data)),
        None => request,
    }
}

/// Makes testcontainers speak a version of the API that the engine knows. It speaks the newest and never asks, which engines
/// before 29 refuse ("client version 1.52 is too new"). All its clients are one while one is alive, which is so while a request is
/// being made, hence in here; and the version of one that asks is set for all that share it.
fn settle_version() {
    let settled = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        runtime.block_on(async { docker_client_instance().await.ok()?.negotiate_version().await.ok() })
    });
    // Should it fail, the engine's own refusal says why.
    let _ = settled.join();
}

/// Publishes the port on the loopback interface alone, where the engine is on this machine and so are we.
fn stay_private(config: &mut HostConfig) {
    let remote = std::env::var("DOCKER_HOST").is_ok_and(|host| !host.starts_with("unix:"));
    if remote || std::path::Path::new("/.dockerenv").exists() {
        return;
    }
    let binding = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) };
    config.publish_all_ports = Some(false);
    config.port_bindings = Some([(PORT.to_string(), Some(vec![binding]))].into());
}

/// `name:tag`, `name@sha256:…`, `registry:5000/name`.
fn split(image: &str) -> (&str, &str) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    }
}

impl Container {
    async fn endpoint(&self, password: &Secret<String>) -> Result<Endpoint, SandboxError> {
        let failed = |error: testcontainers_modules::testcontainers::TestcontainersError| {
            SandboxError::Docker { doing: "say where the container is".to_owned(), reason: error.to_string() }
        };
        let Some(container) = &self.container else { unreachable!("it is taken by Drop alone") };
        let host = container.get_host().await.map_err(failed)?.to_string();
        let port = container.get_host_port_ipv4(PORT).await.map_err(failed)?;
        Ok(Endpoint::Tcp {
            // The port is published on IPv4, and `localhost` may mean IPv6 first.
            host: if host == "localhost" { "127.0.0.1".to_owned() } else { host },
            port,
            user: server::SUPERUSER.to_owned(),
            admin: server::SUPERUSER.to_owned(),
            password: password.clone(),
        })
    }

    /// Over TCP: while it makes its cluster, the image runs a first server on the socket only.
    async fn wait_until_ready(&self, endpoint: &Endpoint, kind: &str) -> Result<(), SandboxError> {
        let Some(container) = &self.container else { unreachable!("it is taken by Drop alone") };
        let options = endpoint.options(server::MAINTENANCE);
        let since = Instant::now();
        let reason = loop {
            match tokio::time::timeout(Duration::from_secs(5), options.connect()).await {
                Ok(Ok(connection)) => {
                    let _ = connection.close().await;
                    return Ok(());
                }
                Ok(Err(error)) if !server::is_coming_up(&error) => break error.to_string(),
                _ => {}
            }
            if !container.is_running().await.unwrap_or(true) {
                break "the container ended by itself".to_owned();
            }
            if since.elapsed() > PATIENCE {
                break format!("no answer within {} s", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let log = container.stderr_to_vec().await.unwrap_or_default();
        let log = String::from_utf8_lossy(&log).into_owned();
        Err(SandboxError::NotStarted { server: kind.to_owned(), reason, log })
    }
}

/// Removes the container should we end without doing so; a line on its pipe says that it need not. Takes the `docker` command;
/// without it, the next run sweeps.
fn watchdog(id: &str) -> Option<Child> {
    use std::os::unix::process::CommandExt;
    Command::new("/bin/sh")
        .args([
            "-c",
            "trap '' INT HUP; read -r _ || exec docker rm --force --volumes \"$1\"",
            "meshhook-sandbox",
            id,
        ])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()
}

impl Drop for Container {
    fn drop(&mut self) {
        // On a thread with a runtime of its own: testcontainers' own Drop panics where there is none.
        let container = self.container.take();
        let removed = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return false;
            };
            runtime.block_on(async { container?.rm().await.ok() }).is_some()
        })
        .join()
        .unwrap_or_default();
        if let Some(mut watchdog) = self.watchdog.take() {
            if let (true, Some(mut pipe)) = (removed, watchdog.stdin.take()) {
                use std::io::Write;
                let _ = pipe.write_all(b"removed\n");
            }
            let _ = watchdog.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_names_are_split_as_docker_reads_them() {
        let cases = [
            ("postgres", ("postgres", "latest")),
            ("supabase/postgres:17.6.1.054", ("supabase/postgres", "17.6.1.054")),
            ("registry:5000/pg", ("registry:5000/pg", "latest")),
            ("registry:5000/pg:17", ("registry:5000/pg", "17")),
            // testcontainers puts them together again with a colon.
            ("pg@sha256:abc", ("pg@sha256", "abc")),
        ];
        for (image, expected) in cases {
            assert_eq!(split(image), expected);
        }
    }
}
