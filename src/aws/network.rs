//! What all clients of a run share: configuration, HTTP, lanes, the ledger.

use std::{
    env,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_config::{
    AppName, BehaviorVersion, SdkConfig, identity::IdentityCache, profile::ProfileFileCredentialsProvider,
    provider_config::ProviderConfig,
};
use aws_credential_types::provider::future;
use aws_sdk_sts::config::{
    ProvideCredentials, SharedCredentialsProvider, SharedHttpClient, StalledStreamProtectionConfig,
    retry::RetryPartition,
};
use tokio::sync::Semaphore;

use super::{
    lanes::Lanes,
    ledger::{Counter, Ledger},
    retries,
    settings::Settings,
    wire::Slotted,
};
use crate::{
    engine::error::{Class, Error, Result},
    names::{AccountName, Region},
};

/// Everything clients have in common. Its credentials are the caller's own.
#[derive(Debug)]
pub(super) struct Network {
    /// The SDK's configuration, with the caller's own credentials and the home Region.
    config: SdkConfig,
    http: SharedHttpClient,
    home: Region,
    lanes: Lanes,
    slots: Arc<Semaphore>,
    /// When the caller's own credentials end, once they were asked for.
    expiry: Expiry,
    /// What was called.
    pub(super) ledger: Ledger,
}

type Expiry = Arc<Mutex<Option<SystemTime>>>;

/// Remembers when credentials end that somebody else provides: asking for them once more may ask a person for a code.
#[derive(Debug)]
struct Watched {
    provider: SharedCredentialsProvider,
    expiry: Expiry,
}

impl ProvideCredentials for Watched {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials = self.provider.provide_credentials().await?;
            *self.expiry.lock().unwrap_or_else(PoisonError::into_inner) = credentials.expiry();
            Ok(credentials)
        })
    }
}

/// What one client is made of; see [`client`].
pub(super) struct Reach {
    pub(super) config: SdkConfig,
    pub(super) retries: RetryPartition,
    pub(super) counter: Counter,
}

impl Network {
    /// Resolves credentials' source, endpoints and everything else that environment and profile say. Makes no call.
    pub(super) async fn new(settings: &Settings, http: SharedHttpClient) -> Result<Self> {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(aws_config::Region::new(settings.home_region.as_str()))
            .http_client(http.clone())
            .retry_config(retries::retries())
            .timeout_config(retries::timeouts())
            // Answers are small and the deadline holds anyway.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            // A credential process may ask a person for a code.
            .identity_cache(IdentityCache::lazy().load_timeout(Duration::from_mins(2)).build())
            .app_name(AppName::new("landfall").expect("the name holds what user agents may"));
        if let Some(profile) = &settings.profile {
            // By itself the SDK asks the environment before any profile: whoever names one would act as somebody else.
            let credentials = of_profile(profile, settings, &http);
            loader = loader.profile_name(profile).credentials_provider(credentials);
        }
        let config = loader.load().await;
        // The SDK keeps an address that is none to itself until the first call.
        let address =
            config.endpoint_url().map(ToOwned::to_owned).or_else(|| env::var("AWS_ENDPOINT_URL").ok());
        check_endpoint(address.as_deref().unwrap_or_default())?;
        Ok(Self::over(config, http, settings))
    }

    /// A network with a configuration that is resolved already.
    pub(super) fn over(config: SdkConfig, http: SharedHttpClient, settings: &Settings) -> Self {
        let slots = Arc::new(Semaphore::new(settings.parallel.max(1)));
        let (lanes, ledger, expiry) = (Lanes::default(), Ledger::default(), Expiry::default());
        let config = match config.credentials_provider() {
            Some(provider) => {
                let watched = Watched { provider, expiry: Arc::clone(&expiry) };
                config.into_builder().credentials_provider(SharedCredentialsProvider::new(watched)).build()
            }
            None => config,
        };
        Self { config, http, home: settings.home_region, lanes, slots, expiry, ledger }
    }

    /// When the caller's own credentials end; nothing where they were not asked for, or don't end.
    pub(super) fn expiry(&self) -> Option<SystemTime> {
        *self.expiry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where AWS is, if not where the SDK knows it: `AWS_ENDPOINT_URL`.
    pub(super) fn endpoint(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// What a client needs to call `service` in the Region, else the home Region, with the caller's own credentials.
    pub(super) fn reach(
        &self,
        account: &AccountName,
        region: Option<Region>,
        service: &'static str,
    ) -> Reach {
        let region = region.unwrap_or(self.home);
        let lane = self.lanes.lane(account, region, service);
        let http = Slotted::new(self.http.clone(), lane.slots, Arc::clone(&self.slots));
        let config =
            self.config.to_builder().region(aws_config::Region::new(region.as_str())).http_client(http);
        Reach { config: config.build(), retries: lane.retries, counter: self.ledger.counter(account, region) }
    }
}

impl Network {
    /// The same without waiting for slots, and with retries of its own: what slows others down does not slow this down.
    pub(super) fn apart(&self, reach: Reach) -> Reach {
        let config = reach.config.into_builder().http_client(self.http.clone()).build();
        let retries = self.lanes.lane(&AccountName::management(), self.home, "apart").retries;
        Reach { config, retries, ..reach }
    }
}

/// The credentials that a profile says where to get: keys, SSO, a process, a role of another profile.
fn of_profile(profile: &str, settings: &Settings, http: &SharedHttpClient) -> ProfileFileCredentialsProvider {
    let config = ProviderConfig::without_region()
        .with_region(Some(aws_config::Region::new(settings.home_region.as_str())))
        .with_http_client(http.clone())
        .with_retry_config(retries::retries())
        .with_timeout_config(retries::timeouts());
    ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build()
}

impl Reach {
    /// The same with other credentials, which whoever provides them also keeps: the SDK shall not.
    pub(super) fn with(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        let config = self.config.into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
        self.config = config.identity_cache(IdentityCache::no_cache()).build();
        self
    }
}

/// Makes the client of an SDK crate from a [`Reach`]. Each crate has types of its own, hence a macro.
macro_rules! client {
    ($sdk:ident, $reach:expr, careful: $careful:expr) => {{
        let reach = $reach;
        let config = $sdk::config::Builder::from(&reach.config)
            .retry_partition(reach.retries)
            .retry_classifier($crate::aws::retries::Judge { careful: $careful })
            .interceptor(reach.counter);
        $sdk::Client::from_conf(config.build())
    }};
}
pub(super) use client;

fn check_endpoint(url: &str) -> Result<()> {
    if url.is_empty() || url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err(Error::new(Class::Final, format!("`{url}` is no address of a service"))
        .hint("AWS_ENDPOINT_URL, or `endpoint_url` of the profile, begins with http:// or https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_protocol() {
        assert!(
            ["", "http://127.0.0.1:5000", "https://iam.example"]
                .into_iter()
                .all(|url| check_endpoint(url).is_ok())
        );
        assert!(["127.0.0.1:5000", "localhost"].into_iter().all(|url| check_endpoint(url).is_err()));
    }
}
