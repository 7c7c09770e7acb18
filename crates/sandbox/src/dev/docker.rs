//! The development database in a container with a volume of its own: stopped and started, never thrown away.

use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection};

use crate::docker::Engine;
use crate::endpoint::{Endpoint, Secret};
use crate::error::SandboxError;
use crate::server;
use crate::settings::{Note, Settings};

use super::state::{Place, State};

/// A first start makes the cluster, and the platform's image runs all its scripts.
const PATIENCE: Duration = Duration::from_secs(120);

/// The container, by what is remembered of it.
#[derive(Clone, Debug)]
pub(super) struct Docker {
    pub(super) image: String,
    pub(super) name: String,
    password: Secret<String>,
}

impl Docker {
    pub(super) fn recall(image: &str, name: &str, password: &str) -> Docker {
        Docker { image: image.to_owned(), name: name.to_owned(), password: Secret::new(password.to_owned()) }
    }

    /// Chooses image, name and password; nothing is made yet.
    pub(super) async fn new(
        place: &Place,
        settings: &Settings,
        note: Note<'_>,
    ) -> Result<(Docker, State), SandboxError> {
        let image = Engine::connect().await?.image(settings, note).await?.name;
        let name = format!("meshhook-dev-{}", place.key());
        let password = uuid::Uuid::new_v4().simple().to_string();
        let docker = Docker::recall(&image, &name, &password);
        Ok((docker, State::Docker { image, name, password }))
    }

    pub(super) async fn endpoint(&self) -> Result<Option<Endpoint>, SandboxError> {
        let Some(port) = Engine::connect().await?.port_of(&self.name).await else { return Ok(None) };
        Ok(Some(Endpoint::Tcp {
            host: "127.0.0.1".to_owned(),
            port,
            user: server::SUPERUSER.to_owned(),
            admin: server::SUPERUSER.to_owned(),
            password: self.password.clone(),
        }))
    }

    /// Makes the container if there is none, starts it if it does not run, and waits for the server in it.
    pub(super) async fn start(&self, place: &Place, note: Note<'_>) -> Result<Endpoint, SandboxError> {
        let engine = Engine::connect().await?;
        note(&format!("starting the development database (container {} of {})", self.name, self.image));
        engine
            .keep_running(&self.name, &self.image, &self.password, &place.project.to_string_lossy())
            .await?;
        let kind = format!("the development database in container {}", self.name);
        let since = Instant::now();
        loop {
            let endpoint = self.endpoint().await?;
            let reason = match &endpoint {
                None => "the container does not run".to_owned(),
                Some(endpoint) => match endpoint.options(server::MAINTENANCE).connect().await {
                    Ok(connection) => {
                        let _ = connection.close().await;
                        return Ok(endpoint.clone());
                    }
                    Err(error) if server::is_coming_up(&error) => error.to_string(),
                    Err(source) => return Err(SandboxError::Connect { server: kind, source }),
                },
            };
            if since.elapsed() > PATIENCE || endpoint.is_none() {
                let log = format!("see `docker logs {}`", self.name);
                return Err(SandboxError::NotStarted { server: kind, reason, log });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(super) async fn stop(&self) -> Result<(), SandboxError> {
        Engine::connect().await?.stop(&self.name).await
    }

    /// Removes container and volume.
    pub(super) async fn remove(&self) -> Result<(), SandboxError> {
        Engine::connect().await?.discard(&self.name).await
    }
}
