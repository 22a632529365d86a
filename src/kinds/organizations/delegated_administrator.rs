//! `organizations/delegated-administrator`: the account that administers a service for the whole organization.

use aws_sdk_organizations::types::DelegatedAdministrator as SdkAdministrator;
use futures::future::try_join_all;

use super::{Account, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    names::AccountName,
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
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never(
        "what the service's administrator manages may be lost with it: `aws organizations \
         deregister-delegated-administrator` takes it back",
    );
    const READ_AFTER: &'static [&'static str] = &["organizations/account"];
    const ACTIONS: Actions = Actions {
        read: &["organizations:ListDelegatedAdministrators", "organizations:ListRoots"],
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
        let found = try_join_all(wanted.iter().map(|it| found(at, it))).await?;
        Ok(found.into_iter().flatten().collect())
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
    Ok(account.map(|account| Found {
        key: service.clone(),
        label: format!("{service} by {account}"),
        owner: Owner::Nobody,
        live: Live { service, account },
    }))
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
