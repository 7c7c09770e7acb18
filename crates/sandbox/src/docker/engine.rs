//! The container engine: is it there, which image is, what did earlier runs leave.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use testcontainers_modules::testcontainers::bollard::Docker;
use testcontainers_modules::testcontainers::bollard::models::ImageInspect;
use testcontainers_modules::testcontainers::bollard::query_parameters::{
    CreateImageOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers_modules::testcontainers::core::client::docker_client_instance;

use crate::error::SandboxError;
use crate::owner::Owner;
use crate::settings::{Note, Settings};

/// On every container of ours: whose it is.
pub(crate) const LABEL: &str = "dev.meshhook.sandbox";
/// An engine on this machine answers at once, or it hangs.
const ANSWER: Duration = Duration::from_secs(3);
/// A registry that is there begins within this time; between two signs of progress it may take longer.
const FIRST_SIGN: Duration = Duration::from_secs(8);
const NEXT_SIGN: Duration = Duration::from_secs(120);

/// The platform's own image, one tag a major version that Supabase runs. Patch releases appear weekly; these are fixed so that
/// two machines compare the same. `MESHHOOK_SANDBOX_IMAGE` names another.
const PLATFORM_IMAGES: &[(u16, &str)] =
    &[(15, "supabase/postgres:15.8.1.121"), (17, "supabase/postgres:17.6.1.054")];

/// A connection to the engine, in a version of its API that it knows.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(super) client: Docker,
}

/// An image that is here.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) name: String,
    /// What it runs when nothing is said.
    pub(crate) command: Vec<String>,
    /// Where it keeps its data, if it says so.
    pub(crate) data: Option<String>,
}

impl Engine {
    /// The engine that DOCKER_HOST names, or the one at the usual socket, as testcontainers finds it.
    pub(crate) async fn connect() -> Result<Engine, SandboxError> {
        let failed = |reason: String| SandboxError::Docker { doing: "be reached".to_owned(), reason };
        let client = docker_client_instance().await.map_err(|error| failed(error.to_string()))?;
        match tokio::time::timeout(ANSWER, client.negotiate_version()).await {
            Ok(Ok(client)) => Ok(Engine { client }),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("no answer within {} s", ANSWER.as_secs()))),
        }
    }

    /// The image to use: the one that was asked for, else the platform's own, else the one that `scripts/postgres-image.sh`
    /// builds. What is here comes before what would have to be pulled.
    pub(crate) async fn image(&self, settings: &Settings, note: Note<'_>) -> Result<Image, SandboxError> {
        if let Some(image) = self.image_here(settings).await {
            return Ok(image);
        }
        let name = &candidates(settings)[0];
        // Taken out first: the lock must not be held over the pull.
        let failed = failures().get(name).cloned();
        let result = match failed {
            Some(reason) => Err(reason),
            None => {
                note(&format!("pulling {name}"));
                self.pull(name).await
            }
        };
        if let Err(reason) = result {
            failures().insert(name.clone(), reason.clone());
            return Err(SandboxError::NoImage { image: name.clone(), reason });
        }
        self.local(name).await.ok_or_else(|| SandboxError::NoImage {
            image: name.clone(),
            reason: "it is not here after the pull".to_owned(),
        })
    }

    /// The first of the candidates that need not be pulled.
    pub(crate) async fn image_here(&self, settings: &Settings) -> Option<Image> {
        for name in candidates(settings) {
            if let Some(image) = self.local(&name).await {
                return Some(image);
            }
        }
        None
    }

    async fn local(&self, name: &str) -> Option<Image> {
        let ImageInspect { config, .. } = self.client.inspect_image(name).await.ok()?;
        let config = config.unwrap_or_default();
        let data = config.env.unwrap_or_default().iter().find_map(|variable| {
            variable.strip_prefix("PGDATA=").filter(|path| path.starts_with('/')).map(str::to_owned)
        });
        Some(Image { name: name.to_owned(), command: config.cmd.unwrap_or_default(), data })
    }

    async fn pull(&self, name: &str) -> Result<(), String> {
        let options = CreateImageOptionsBuilder::new().from_image(name).build();
        let mut signs = self.client.create_image(Some(options), None, None);
        let mut patience = FIRST_SIGN;
        loop {
            match tokio::time::timeout(patience, signs.next()).await {
                Err(_) => return Err(format!("the registry did not answer within {} s", patience.as_secs())),
                Ok(None) => return Ok(()),
                Ok(Some(Err(error))) => return Err(error.to_string()),
                Ok(Some(Ok(sign))) => {
                    if let Some(error) = sign.error_detail.and_then(|detail| detail.message) {
                        return Err(error);
                    }
                    patience = NEXT_SIGN;
                }
            }
        }
    }

    /// Removes containers whose owners ended without doing so. Returns how many.
    pub(crate) async fn sweep(&self) -> usize {
        let filters = HashMap::from([("label", vec![LABEL])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let Ok(containers) = self.client.list_containers(Some(options)).await else { return 0 };
        let mut swept = 0;
        for container in containers {
            let owner = container.labels.as_ref().and_then(|labels| labels.get(LABEL)?.parse::<Owner>().ok());
            if let (Some(owner), Some(id)) = (owner, container.id)
                && owner.is_gone()
                && self.remove(&id).await
            {
                swept += 1;
            }
        }
        swept
    }

    /// Removes the containers that this process made under this mark.
    pub(crate) async fn remove_marked(&self, mark: &str) {
        let filters = HashMap::from([("label", vec![mark])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        for container in self.client.list_containers(Some(options)).await.unwrap_or_default() {
            if let Some(id) = container.id {
                self.remove(&id).await;
            }
        }
    }

    /// Removes a container with its anonymous volumes.
    pub(crate) async fn remove(&self, id: &str) -> bool {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        self.client.remove_container(id, Some(options)).await.is_ok()
    }
}

/// Pulls that failed: a process that starts many servers need not wait for the same registry every time.
fn failures() -> MutexGuard<'static, HashMap<String, String>> {
    static FAILURES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
    FAILURES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn candidates(settings: &Settings) -> Vec<String> {
    if let Some(image) = &settings.image {
        return vec![image.clone()];
    }
    let major = settings.major;
    let platform = PLATFORM_IMAGES.iter().find(|(of, _)| *of == major).map(|(_, image)| (*image).to_owned());
    platform.into_iter().chain([format!("meshhook/postgres:{major}"), format!("postgres:{major}")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Choice;

    #[test]
    fn an_image_that_was_named_is_the_only_candidate() {
        let settings =
            Settings { image: Some("registry.example/pg:1".into()), ..Settings::new(Choice::Docker) };
        assert_eq!(candidates(&settings), ["registry.example/pg:1"]);
    }

    #[test]
    fn the_platforms_image_comes_first_where_there_is_one() {
        assert!(candidates(&Settings::new(Choice::Docker))[0].starts_with("supabase/postgres:17."));
        let odd = Settings { major: 16, ..Settings::new(Choice::Docker) };
        assert_eq!(candidates(&odd), ["meshhook/postgres:16", "postgres:16"]);
    }
}
