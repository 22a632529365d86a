//! One HTTP client for everything, and slots for calls in flight around it.

use std::{env, fmt, sync::Arc};

use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};
use tokio::sync::Semaphore;

use super::resolver::Resolver;

/// The HTTP client: rustls with ring, which needs no other compiler than Rust's and C's.
pub(super) fn http() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(proxy());
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_with_resolver(Resolver)
    })
}

/// The proxy that the environment names for https. Plain http goes to emulators and to metadata services of the own
/// machine alone, which no proxy can reach.
fn proxy() -> Option<ProxyConfig> {
    let first =
        |names: [&str; 4]| names.into_iter().find_map(|name| env::var(name).ok()).filter(|it| !it.is_empty());
    let proxy = ProxyConfig::https(first(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?).ok()?;
    let except = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    Some(proxy.no_proxy(except))
}

/// An HTTP client that keeps each call waiting for free slots. They are taken call by call and given back with the
/// answer's head: what waits between two attempts, or for a resource to become ready, holds none.
#[derive(Clone)]
pub(super) struct Slotted {
    http: SharedHttpClient,
    slots: [Arc<Semaphore>; 2],
}

impl Slotted {
    /// `lane` is taken before `all`, so that a slow lane does not hold what the others need.
    pub(super) fn new(http: SharedHttpClient, lane: Arc<Semaphore>, all: Arc<Semaphore>) -> Self {
        Self { http, slots: [lane, all] }
    }
}

impl fmt::Debug for Slotted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slotted").field("slots", &self.slots).finish_non_exhaustive()
    }
}

/// The validating methods keep their empty defaults on purpose: the inner client's would set TLS up anew for every
/// SDK client that is built.
impl HttpClient for Slotted {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.http.http_connector(settings, components);
        SharedHttpConnector::new(SlottedConnector { connector, slots: self.slots.clone() })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.http.connector_metadata()
    }
}

#[derive(Debug)]
struct SlottedConnector {
    connector: SharedHttpConnector,
    slots: [Arc<Semaphore>; 2],
}

impl HttpConnector for SlottedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, [lane, all]) = (self.connector.clone(), self.slots.clone());
        HttpConnectorFuture::new(async move {
            // The semaphores are never closed; if one were, going on without a slot harms nobody.
            let _lane = lane.acquire().await.ok();
            let _all = all.acquire().await.ok();
            connector.call(request).await
        })
    }
}
