//! Containers that are kept: the development database's. testcontainers is for throwaway ones.

use testcontainers_modules::testcontainers::bollard::models::{
    ContainerCreateBody, HostConfig, Mount, MountTypeEnum, PortBinding,
};
use testcontainers_modules::testcontainers::bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, RemoveVolumeOptions, StartContainerOptions,
    StopContainerOptionsBuilder,
};

use super::Engine;
use crate::endpoint::Secret;
use crate::error::SandboxError;

/// On the container of a development database: the project's folder.
const LABEL: &str = "dev.meshhook.development";
/// Where images of PostgreSQL up to 17 keep their data, ours and the platform's among them.
const DATA: &str = "/var/lib/postgresql/data";
const PORT: &str = "5432/tcp";
/// After that, a server that does not end is killed.
const GRACE_SECONDS: i32 = 30;

impl Engine {
    /// The port of this machine that leads to it, if it runs.
    pub(crate) async fn port_of(&self, name: &str) -> Option<u16> {
        let container = self.client.inspect_container(name, None::<InspectContainerOptions>).await.ok()?;
        if container.state?.running != Some(true) {
            return None;
        }
        let bindings = container.network_settings?.ports?.remove(PORT)??;
        bindings.iter().find_map(|binding| binding.host_port.as_ref()?.parse().ok())
    }

    /// Makes it if it is not there, starts it if it does not run. Its volume has its name.
    pub(crate) async fn keep_running(
        &self,
        name: &str,
        image: &str,
        password: &Secret<String>,
        project: &str,
    ) -> Result<(), SandboxError> {
        let failed = |doing: &str, error: &dyn std::fmt::Display| SandboxError::Docker {
            doing: format!("{doing} {name}"),
            reason: error.to_string(),
        };
        if self.client.inspect_container(name, None::<InspectContainerOptions>).await.is_err() {
            let volume = Mount {
                target: Some(DATA.to_owned()),
                source: Some(name.to_owned()),
                typ: Some(MountTypeEnum::VOLUME),
                ..Mount::default()
            };
            // On the loopback interface alone; the engine picks the port, anew at every start.
            let binding =
                PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) };
            let body = ContainerCreateBody {
                image: Some(image.to_owned()),
                env: Some(vec![format!("POSTGRES_PASSWORD={}", password.expose())]),
                labels: Some([(LABEL.to_owned(), project.to_owned())].into()),
                exposed_ports: Some(vec![PORT.to_owned()]),
                host_config: Some(HostConfig {
                    mounts: Some(vec![volume]),
                    port_bindings: Some([(PORT.to_owned(), Some(vec![binding]))].into()),
                    ..HostConfig::default()
                }),
                ..ContainerCreateBody::default()
            };
            let options = CreateContainerOptionsBuilder::new().name(name).build();
            self.client
                .create_container(Some(options), body)
                .await
                .map_err(|error| failed("make the container", &error))?;
        }
        self.client
            .start_container(name, None::<StartContainerOptions>)
            .await
            .map_err(|error| failed("start the container", &error))
    }

    pub(crate) async fn stop(&self, name: &str) -> Result<(), SandboxError> {
        let options = StopContainerOptionsBuilder::new().t(GRACE_SECONDS).build();
        self.client.stop_container(name, Some(options)).await.map_err(|error| SandboxError::Docker {
            doing: format!("stop the container {name}"),
            reason: error.to_string(),
        })
    }

    /// Removes container and volume.
    pub(crate) async fn discard(&self, name: &str) -> Result<(), SandboxError> {
        self.remove(name).await;
        match self.client.remove_volume(name, None::<RemoveVolumeOptions>).await {
            Err(error) if self.client.inspect_volume(name).await.is_ok() => Err(SandboxError::Docker {
                doing: format!("remove the volume {name}"),
                reason: error.to_string(),
            }),
            _ => Ok(()),
        }
    }
}
