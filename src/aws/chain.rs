//! From the caller's own credentials into a member account: management account, hops, the access role.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use tokio::sync::OnceCell;

use super::{
    call::{Scene, code, failure},
    directory::Directory,
    hints::is_root_user,
    network::{Network, client},
    sessions::{Clock, Role, Sessions},
    settings::Settings,
};
use crate::{
    engine::error::{Class, Error, Result},
    names::{AccountId, AccountName, Region},
};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account the caller belongs to.
    pub account: AccountId,
    /// The caller's ARN.
    pub arn: String,
    /// The caller's unique id; of a session also its name.
    pub user_id: String,
}

impl Caller {
    /// The name of the role whose session the caller is, if it is one. AWS leaves the role's path out.
    pub fn role(&self) -> Option<&str> {
        let (_, session) = self.arn.split_once(":assumed-role/")?;
        session.split('/').next()
    }

    /// Whether the caller is a role's session already: AWS then lets further sessions last an hour at most.
    fn is_session(&self) -> bool {
        self.role().is_some()
    }
}

/// How long the role of an account that was just made may be refused, and how often it is asked for.
///
/// AWS makes the access role after the account's creation was reported, and IAM takes its time to show it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// From when the account was made or last seen in the making.
    pub(super) lasts: Duration,
    /// Between two attempts.
    pub(super) pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { lasts: Duration::from_mins(3), pause: Duration::from_secs(3) }
    }
}

/// Opens the sessions of a run.
pub(super) struct Chain {
    pub(super) settings: Settings,
    pub(super) network: Network,
    pub(super) directory: Directory,
    sessions: Sessions,
    patience: Patience,
    caller: OnceCell<Caller>,
    /// Set once a hop refused: for the rest of the run accounts are entered directly.
    direct: AtomicBool,
}

impl Chain {
    /// A chain that starts with the network's own credentials.
    pub(super) fn new(settings: Settings, network: Network, clock: Clock, patience: Patience) -> Self {
        Self {
            settings,
            network,
            directory: Directory::default(),
            sessions: Sessions::new(clock),
            patience,
            caller: OnceCell::new(),
            direct: AtomicBool::new(false),
        }
    }

    /// Remembers that an account is being made in this run.
    pub(super) fn newborn(&self, account: &AccountName) {
        self.directory.newborn(account, self.sessions.now());
    }

    /// Who calls. Asked once.
    pub(super) async fn caller(&self) -> Result<Caller> {
        self.caller.get_or_try_init(|| self.ask_caller()).await.cloned()
    }

    async fn ask_caller(&self) -> Result<Caller> {
        let management = AccountName::management();
        let answer = self.sts(None).get_caller_identity().send().await;
        let who = answer.map_err(|error| failure(&self.scene(&management), "GetCallerIdentity", error))?;
        let account: AccountId = who.account.unwrap_or_default().parse().map_err(|invalid| {
            Error::new(Class::Final, "understand who calls")
                .source(format!("AWS named no account: {invalid}"))
        })?;
        self.directory.learn(&management, &account);
        Ok(Caller { account, arn: who.arn.unwrap_or_default(), user_id: who.user_id.unwrap_or_default() })
    }

    /// Whether a hop refused.
    pub(super) fn is_direct(&self) -> bool {
        self.direct.load(Ordering::Relaxed)
    }

    /// The credentials with which a member account is entered.
    pub(super) async fn member(&self, account: &AccountName) -> Result<Credentials> {
        let role = Role { account: account.clone(), name: self.settings.access_role.clone() };
        self.sessions.get(&role, || self.enter(&role)).await
    }

    /// Enters an account; one that was just made may refuse for a while.
    async fn enter(&self, role: &Role) -> Result<Credentials> {
        loop {
            let answer = self.try_to_enter(role).await;
            match answer {
                Err(error) if is_passing(&error) && self.may_open_yet(&role.account) => {
                    tracing::debug!(%role, "a new account is not open yet");
                    tokio::select! {
                        biased;
                        () = self.settings.abandon.cancelled() => return Err(abandoned(role, error)),
                        () = tokio::time::sleep(self.patience.pause) => {}
                    }
                }
                answer => return answer,
            }
        }
    }

    fn may_open_yet(&self, account: &AccountName) -> bool {
        let until = self.directory.born(account).map(|born| born + self.patience.lasts);
        until.is_some_and(|until| self.sessions.now() < until)
    }

    /// By the hops, if they are there and the role lets the last of them in; else from the management account: the
    /// role of a new account trusts nobody but that until the landing zone says otherwise.
    async fn try_to_enter(&self, role: &Role) -> Result<Credentials> {
        if let Some(hop) = self.hops(role).await? {
            match self.assume(Some(hop), role).await {
                Err(error) if error.class == Class::Denied => {
                    tracing::debug!(%role, "refuses the last hop; entering directly");
                }
                answer => return answer,
            }
        }
        self.assume(None, role).await
    }

    /// The session of the last hop before `target`; none where there are no hops, or where they can't be used (yet).
    async fn hops(&self, target: &Role) -> Result<Option<Credentials>> {
        let mut last = None;
        for (account, name) in &self.settings.via {
            if self.direct.load(Ordering::Relaxed) || self.directory.id(account).is_none() {
                return Ok(None);
            }
            let role = Role { account: account.clone(), name: name.clone() };
            if role == *target {
                break;
            }
            let before = last.take();
            match self.sessions.get(&role, || self.assume(before, &role)).await {
                Ok(session) => last = Some(session),
                Err(error) if error.class == Class::Denied => {
                    tracing::info!(%role, "a hop of `[access] via` is not there yet; entering accounts directly");
                    self.direct.store(true, Ordering::Relaxed);
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(last)
    }

    async fn assume(&self, from: Option<Credentials>, role: &Role) -> Result<Credentials> {
        let Some(id) = self.directory.id(&role.account) else {
            return Err(Error::new(Class::NotYet, format!("enter account `{}`", role.account))
                .source("its id is not known yet"));
        };
        let arn = format!("arn:{}:iam::{id}:role/{}", self.settings.home_region.partition(), role.name);
        let chained = from.is_some() || self.caller().await?.is_session();
        let length = self.settings.session_length(chained).as_secs();
        let request = self
            .sts(from)
            .assume_role()
            .role_arn(arn)
            .role_session_name(self.settings.session_name())
            .duration_seconds(i32::try_from(length).unwrap_or(i32::MAX));
        let scene = Scene { role: &role.name, ..self.scene(&role.account) };
        let answer = request.send().await.map_err(|error| failure(&scene, "AssumeRole", error))?;
        let Some(keys) = answer.credentials else {
            return Err(Error::new(Class::Final, format!("enter account `{}`", role.account))
                .source("AWS gave no credentials"));
        };
        let expiry = keys.expiration.try_into().ok();
        let name = "landfall";
        Ok(Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            expiry,
            name,
        ))
    }

    fn sts(&self, from: Option<Credentials>) -> aws_sdk_sts::Client {
        let region = sts_region(self.settings.home_region);
        let reach = self.network.reach(&AccountName::management(), Some(region), "sts");
        client!(aws_sdk_sts, if let Some(session) = from { reach.with(session) } else { reach }, careful: false)
    }

    /// What errors say about calls for an account.
    pub(super) fn scene<'a>(&'a self, account: &'a AccountName) -> Scene<'a> {
        Scene {
            account,
            id: self.directory.id(account),
            region: None,
            role: &self.settings.access_role,
            profile: self.settings.profile.as_deref(),
            endpoint: self.network.endpoint(),
            newborn: self.directory.born(account).is_some(),
        }
    }
}

/// Where STS is asked: in the home Region, unless an account has to enable that first. STS gives out sessions of an
/// account only in [Regions that the account has enabled][regions], and into a new account there is no other way by
/// which it could be made to. What the endpoint of one Region gives out is taken in all of them.
///
/// [regions]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
fn sts_region(home: Region) -> Region {
    let open_to_all = |region: &Region| region.partition() == home.partition() && !region.opt_in();
    let other = || Region::all().filter(open_to_all).find(|region| region.as_str() == "us-east-1");
    home.opt_in().then(other).flatten().unwrap_or(home)
}

/// Nobody waits any more for a new account to open.
fn abandoned(role: &Role, error: Error) -> Error {
    let what = format!("the run was interrupted while account `{}` was not open yet", role.account);
    Error::new(Class::Interrupted, what).hint("run it again: it goes on where AWS stands").source(error)
}

/// Whether a new account may answer otherwise in a while: its role is not visible yet, or STS does not know yet in
/// which Regions the account takes part ([`RegionDisabledException`][new], of a Region that every account has).
///
/// [new]: https://github.com/org-formation/org-formation-cli/issues/465
fn is_passing(error: &Error) -> bool {
    let code = code(error);
    let unknown = code.is_some() && error.class == Class::NotYet;
    let denied = error.class == Class::Denied && !is_root_user(error);
    denied || unknown || code == Some("RegionDisabledException")
}

/// Leaves out everything that could hold credentials.
impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("settings", &self.settings)
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}

/// Gives a client the session of its account, anew whenever the one before is about to expire.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) chain: Arc<Chain>,
    pub(super) account: AccountName,
}

impl ProvideCredentials for Member {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.chain.member(&self.account).await.map_err(CredentialsError::provider_error)
        })
    }
}

#[cfg(test)]
mod tests;
