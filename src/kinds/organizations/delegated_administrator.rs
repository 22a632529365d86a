//! `organizations/delegated-administrator`: the account that administers a service for the whole organization.

use aws_sdk_organizations::types::DelegatedAdministrator as SdkAdministrator;
use futures::future::try_join_all;

use super::{Account, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    names::{AccountId, AccountName, Service},
};

/// The delegated administrator of a service. Some services take several; the landing zone names one.
pub struct DelegatedAdministrator;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// The service's principal: `cloudtrail.amazonaws.com`.
    pub service: String,
    /// The account.
    pub account: Need<Account>,
    /// Its name.
    pub name: AccountName,
}

impl Spec {
    fn account_id(&self, env: Env<'_>) -> Value<String> {
        env.get(&self.account).map(|account| account.id.to_string())
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// The service's principal.
    pub service: String,
    /// The account's id.
    pub account: String,
}

impl Kind for DelegatedAdministrator {
    const NAME: &'static str = "organizations/delegated-administrator";
    const ABOUT: &'static str = "The account that a service is delegated to.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never(
        "what the service's administrator manages may be lost with it: `aws organizations \
         deregister-delegated-administrator` takes it back",
    );
    const LINGERS: bool = true;
    const READ_AFTER: &'static [&'static str] = &["organizations/account"];
    const ACTIONS: Actions = Actions {
        read: &[
            "organizations:ListDelegatedAdministrators",
            "organizations:ListDelegatedServicesForAccount",
            "organizations:ListRoots",
        ],
        create: &["organizations:RegisterDelegatedAdministrator"],
        update: &[
            "organizations:DeregisterDelegatedAdministrator",
            "organizations:RegisterDelegatedAdministrator",
        ],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.service.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let account = Field::of(spec.account_id(*env), Some(format!("${{account.{}}}", spec.name).into()));
        Doc::new().with("account", account)
    }

    fn observed(live: &Live) -> Doc {
        let Live { service: _, account } = live;
        Doc::new().with("account", account.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if at.others == Others::Passed {
            let found = try_join_all(wanted.iter().map(|it| found(at, it))).await?;
            return Ok(found.into_iter().flatten().collect());
        }
        if answers::root(at).await?.is_none() {
            return Ok(Vec::new());
        }
        everybody(at, wanted).await
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let register = client
            .register_delegated_administrator()
            .account_id(it.spec.account_id(it.env).now()?)
            .service_principal(&it.spec.service);
        let answer = aws::call(at, "RegisterDelegatedAdministrator", register.send()).await;
        aws::unless(answer, &["AccountAlreadyRegisteredException"]).map(drop)
    }

    /// Most services refuse a second administrator, so the first one goes before.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let client = at.organizations().await?;
        let deregister = client
            .deregister_delegated_administrator()
            .account_id(&live.account)
            .service_principal(&live.service);
        let answer = aws::call(at, "DeregisterDelegatedAdministrator", deregister.send()).await;
        aws::unless(answer, &["AccountNotRegisteredException"])?;
        Self::create(at, it).await
    }
}

async fn found(at: &At<'_>, it: &Wanted<'_, DelegatedAdministrator>) -> Result<Option<Found<Live>>> {
    let service = it.spec.service.clone();
    let account = administrator(at, &service, it.spec.account_id(it.env).known()).await?;
    Ok(account.map(|account| stated(Live { service, account })))
}

fn stated(live: Live) -> Found<Live> {
    let label = format!("{} by {}", live.service, live.account);
    Found { key: live.service.clone(), label, owner: Owner::Nobody, live }
}

/// Who administers what: first what is wanted, then what nobody wants to be administered, apart from services that have
/// calls of their own for it. In an account of the landing zone the latter is ours: it was stated, or could be.
async fn everybody(at: &At<'_>, wanted: &[Wanted<'_, DelegatedAdministrator>]) -> Result<Vec<Found<Live>>> {
    let client = at.organizations().await?;
    let pages = client.list_delegated_administrators().into_paginator().items().send();
    let accounts = aws::call(at, "ListDelegatedAdministrators", pages.try_collect()).await?;
    let mut ids: Vec<_> = accounts.into_iter().filter_map(|SdkAdministrator { id, .. }| id).collect();
    ids.sort_unstable();
    let all = try_join_all(ids.into_iter().map(|id| services(at, id))).await?;
    let mut all: Vec<_> = all.into_iter().flatten().collect();
    let mut found = Vec::with_capacity(all.len());
    for it in wanted {
        let (mine, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|live| live.service == it.spec.service);
        let account = it.spec.account_id(it.env).known();
        let best = mine.iter().find(|live| Some(&live.account) == account.as_ref()).or_else(|| mine.first());
        found.extend(best.cloned().map(stated));
        all = others;
    }
    all.retain(|live| !Service::has_a_call_of_its_own(&live.service));
    found.extend(all.into_iter().map(|live| unstated(at, live)));
    Ok(found)
}

fn unstated(at: &At<'_>, live: Live) -> Found<Live> {
    let is_ours = live.account.parse().is_ok_and(|id: AccountId| at.cloud().account_name(&id).is_some());
    let owner = if is_ours { Owner::Ends { ours: true } } else { Owner::Nobody };
    let name = live.service.parse().map(|service: Service| service.name().to_owned());
    let label = name.unwrap_or_else(|_| live.service.clone());
    Found { key: format!("{} {}", live.service, live.account), label, owner, live }
}

/// What an account administers.
async fn services(at: &At<'_>, account: String) -> Result<Vec<Live>> {
    let client = at.organizations().await?;
    let pages = client.list_delegated_services_for_account().account_id(&account).into_paginator().send();
    let pages = aws::call(at, "ListDelegatedServicesForAccount", pages.try_collect()).await?;
    let services = pages.into_iter().flat_map(|page| page.delegated_services.unwrap_or_default());
    let live = |service| Live { service, account: account.clone() };
    Ok(services.filter_map(|service| service.service_principal).map(live).collect())
}

/// Who administers a service: the wanted account if it is among them, else the first.
pub(in crate::kinds) async fn administrator(
    at: &At<'_>,
    service: &str,
    wanted: Option<String>,
) -> Result<Option<String>> {
    if answers::root(at).await?.is_none() {
        return Ok(None);
    }
    let client = at.organizations().await?;
    let pages =
        client.list_delegated_administrators().service_principal(service).into_paginator().items().send();
    let answer = aws::call(at, "ListDelegatedAdministrators", pages.try_collect()).await?;
    let mut ids: Vec<_> = answer.into_iter().filter_map(|SdkAdministrator { id, .. }| id).collect();
    ids.sort_unstable();
    Ok(wanted.filter(|wanted| ids.contains(wanted)).or_else(|| ids.into_iter().next()))
}
