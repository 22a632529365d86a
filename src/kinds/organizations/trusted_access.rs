//! `organizations/trusted-access`: a service that may act on the whole organization.

use super::{Organization, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Timing, Wanted},
    },
};

/// Trusted access of a service.
pub struct TrustedAccess;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// The organization that trusts it.
    pub organization: Need<Organization>,
    /// The service's principal: `cloudtrail.amazonaws.com`.
    pub service: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// The service's principal.
    pub service: String,
}

impl Kind for TrustedAccess {
    const NAME: &'static str = "organizations/trusted-access";
    const ABOUT: &'static str = "That the organization trusts a service.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("what the service has set up in the accounts would break");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["organizations:ListAWSServiceAccessForOrganization", "organizations:ListRoots"],
        create: &["organizations:EnableAWSServiceAccess"],
        update: &[],
        delete: &[],
    };
    const TIMING: Timing = answers::FIRST;

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.service.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { organization: _, service } = spec;
        Doc::new().with("service", service.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { service } = live;
        Doc::new().with("service", service.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if answers::root(at).await?.is_none() {
            return Ok(Vec::new());
        }
        let client = at.organizations().await?;
        let pages = client.list_aws_service_access_for_organization().into_paginator().send();
        let pages = aws::call(at, "ListAWSServiceAccessForOrganization", pages.try_collect()).await?;
        let services = pages.into_iter().flat_map(|page| page.enabled_service_principals.unwrap_or_default());
        let found = services.filter_map(|service| service.service_principal).map(|service| Found {
            key: service.clone(),
            label: service.clone(),
            owner: Owner::Nobody,
            live: Live { service },
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let enable = client.enable_aws_service_access().service_principal(&it.spec.service);
        aws::call(at, "EnableAWSServiceAccess", enable.send()).await.map(drop)
    }
}
