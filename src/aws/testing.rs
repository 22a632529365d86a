//! An AWS for tests: a replay of its wire format, without a network.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::{DateTime, body::SdkBody, date_time::Format};
use tokio_util::sync::CancellationToken;

use super::{
    chain::{Chain, Patience},
    cloud::Cloud,
    network::Network,
    retries,
    settings::Settings,
};
use crate::names::AccountName;

/// A call as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The access key it was signed with.
    pub(super) key: String,
    /// The operation.
    pub(super) operation: String,
    /// The role's ARN, of `AssumeRole`.
    pub(super) role: String,
    /// The host it was sent to.
    pub(super) host: String,
    pub(super) body: String,
}

/// The id of every request.
pub(super) const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000001";

/// Status and body.
pub(super) type Reply = (u16, String);

/// Answers calls by a function, and remembers them.
#[derive(Clone)]
pub(super) struct Replay {
    seen: Arc<Mutex<Vec<Seen>>>,
    flying: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    answer: Arc<dyn Fn(&Seen) -> Reply + Send + Sync>,
}

impl Replay {
    pub(super) fn new(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self { seen: Arc::default(), flying: Arc::default(), most: Arc::default(), answer: Arc::new(answer) }
    }

    /// All calls so far, in their order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The most calls that were in flight at once.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// Key and role of each `AssumeRole` so far.
    pub(super) fn assumed(&self) -> Vec<(String, String)> {
        let assumed = self.seen().into_iter().filter(|seen| seen.operation == "AssumeRole");
        assumed.map(|seen| (seen.key, seen.role)).collect()
    }

    /// How often an operation was called so far.
    pub(super) fn count(&self, operation: &str) -> usize {
        self.seen().iter().filter(|seen| seen.operation == operation).count()
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replay")
    }
}

impl HttpClient for Replay {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let seen = Seen::of(&request);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen.clone());
        let (status, body) = (self.answer)(&seen);
        let (flying, most) = (Arc::clone(&self.flying), Arc::clone(&self.most));
        HttpConnectorFuture::new(async move {
            most.fetch_max(flying.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            // Lets the other tasks of a test come to the same point.
            tokio::time::sleep(Duration::from_millis(5)).await;
            flying.fetch_sub(1, Ordering::Relaxed);
            let status = StatusCode::try_from(status).expect("a status");
            let mut response = HttpResponse::new(status, SdkBody::from(body));
            response.headers_mut().insert("x-amzn-requestid", REQUEST_ID);
            Ok(response)
        })
    }
}

impl Seen {
    fn of(request: &HttpRequest) -> Self {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let header = |name| request.headers().get(name).unwrap_or_default();
        let field = |name: &str| {
            let found = body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.unwrap_or_default().replace("%3A", ":").replace("%2F", "/")
        };
        let signed = header("authorization").split_once("Credential=").map_or("", |(_, rest)| rest);
        let operation = match header("x-amz-target").rsplit_once('.') {
            Some((_, operation)) => operation.to_owned(),
            None => field("Action"),
        };
        Self {
            key: signed.split('/').next().unwrap_or_default().to_owned(),
            operation,
            role: field("RoleArn"),
            host: request.uri().split('/').nth(2).unwrap_or_default().to_owned(),
            body,
        }
    }
}

/// A clock that stands until it is moved.
#[derive(Clone)]
pub(super) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_800_000_000)))
    }

    pub(super) fn forward(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    fn seconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.seconds())
    }
}

/// What STS answers: the caller is a user, and every role may be assumed. The new key says whose it is.
pub(super) fn sts(seen: &Seen, clock: &Clock) -> Reply {
    if seen.operation == "GetCallerIdentity" {
        let result = "<Arn>arn:aws:iam::111111111111:user/jane</Arn><UserId>AIDAJANE</UserId>\
                      <Account>111111111111</Account>";
        return (200, xml("GetCallerIdentity", result));
    }
    let length = seen.body.split("DurationSeconds=").nth(1).and_then(|rest| rest.split('&').next());
    let length: u64 = length.and_then(|length| length.parse().ok()).unwrap_or_default();
    let expiry = i64::try_from(clock.seconds() + length).expect("a time");
    let expiry = DateTime::from_secs(expiry).fmt(Format::DateTime).expect("a time");
    let role = seen.role.rsplit('/').next().unwrap_or_default();
    let result = format!(
        "<Credentials><AccessKeyId>KEY-{role}</AccessKeyId><SecretAccessKey>very-secret</SecretAccessKey>\
         <SessionToken>secret-token</SessionToken><Expiration>{expiry}</Expiration></Credentials>"
    );
    (200, xml("AssumeRole", &result))
}

/// An answer of a service that speaks XML.
pub(super) fn xml(operation: &str, result: &str) -> String {
    format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>")
}

/// A refusal of a service that speaks XML.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>");
    (status, format!("<ErrorResponse><Error>{error}</Error></ErrorResponse>"))
}

pub(super) fn settings() -> Settings {
    Settings {
        profile: None,
        home_region: "ap-southeast-2".parse().expect("a Region"),
        access_role: "Access".into(),
        via: Vec::new(),
        session: Duration::from_hours(1),
        run: "r1".into(),
        user: None,
        parallel: 32,
        abandon: CancellationToken::new(),
    }
}

/// A chain over a replay, whose root key is `ROOT` and which knows two accounts and one with hops.
pub(super) fn chain(settings: Settings, replay: &Replay, clock: &Clock) -> Chain {
    let root = Credentials::new("ROOT", "root-secret", None, None, "test");
    chain_with(settings, replay, clock, SharedCredentialsProvider::new(root))
}

pub(super) fn chain_with(
    settings: Settings,
    replay: &Replay,
    clock: &Clock,
    root: SharedCredentialsProvider,
) -> Chain {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(aws_config::Region::new(settings.home_region.as_str()))
        .credentials_provider(root)
        .retry_config(retries::retries().with_initial_backoff(Duration::from_millis(1)))
        .timeout_config(retries::timeouts())
        .build();
    let network = Network::over(config, SharedHttpClient::new(replay.clone()), &settings);
    let patience = Patience { pause: Duration::from_millis(1), ..Patience::default() };
    let tick = clock.clone();
    let chain = Chain::new(settings, network, Arc::new(move || tick.now()), patience);
    for (name, digit) in [("hub", "2"), ("prod", "3"), ("dev", "4")] {
        chain.directory.learn(&account(name), &digit.repeat(12).parse().expect("an id"));
    }
    chain
}

pub(super) fn cloud(replay: &Replay) -> Cloud {
    Cloud::over(chain(settings(), replay, &Clock::new()))
}

pub(super) fn account(name: &str) -> AccountName {
    name.parse().expect("a name")
}
