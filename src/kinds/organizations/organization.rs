//! `organizations/organization`: the organization itself.

use aws_sdk_organizations::types::OrganizationFeatureSet;

use super::answers;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Value},
        error::{Class, Error, Result},
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
    names::{AccountId, AccountName},
};

/// The organization that the caller's account manages: used if it is there, else made.
pub struct Organization;

/// There is nothing to choose: an organization without all features can carry no policies.
#[derive(Debug)]
pub struct Spec;

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// `o-…`.
    pub id: String,
    /// `r-…`.
    pub root: String,
    /// The management account.
    pub management: AccountId,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: String,
}

/// What others refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// The organization's id, `o-…`: what `aws:PrincipalOrgID` holds.
    pub id: String,
    /// The id of its root, `r-…`.
    pub root: String,
    /// The management account's id.
    pub management: AccountId,
}

/// There is one, so its key says nothing.
const KEY: &str = "organization";

impl Kind for Organization {
    const NAME: &'static str = "organizations/organization";
    const ABOUT: &'static str =
        "The organization that the caller's account manages: used if it is there, else made.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("an organization outlives its landing zone");
    const IMMUTABLE: &'static [&'static str] = &["feature_set"];
    const ACTIONS: Actions = Actions {
        read: &["organizations:DescribeOrganization", "organizations:ListRoots"],
        create: &["organizations:CreateOrganization", "iam:CreateServiceLinkedRole"],
        update: &[],
        delete: &[],
    };
    const TIMING: Timing = Timing {
        source: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html",
        ..Timing::INSTANT
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(KEY.to_owned())
    }

    fn desired(Spec: &Spec, _: &Env<'_>) -> Doc {
        Doc::new().with("feature_set", OrganizationFeatureSet::All.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, root: _, management: _, feature_set } = live;
        Doc::new().with("feature_set", feature_set.as_str())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone(), root: live.root.clone(), management: live.management.clone() }
    }

    fn state(live: &Live) -> State {
        if live.feature_set == OrganizationFeatureSet::All.as_str() {
            return State::Ready;
        }
        State::Failed(
            "the organization has consolidated billing only; `aws organizations enable-all-features` invites its \
             members to the rest, and each of them has to accept"
                .to_owned(),
        )
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let client = at.organizations().await?;
        let answer = aws::call(at, "DescribeOrganization", client.describe_organization().send()).await;
        let answer = aws::unless(answer, &[answers::NOT_IN_USE])?;
        let Some(organization) = answer.and_then(|answer| answer.organization) else {
            return Ok(Vec::new());
        };
        let management: AccountId =
            answers::present(organization.master_account_id.as_deref(), "MasterAccountId")?
                .parse()
                .map_err(|invalid| Error::new(Class::Final, "AWS gave no account id").source(invalid))?;
        manages(at, &management)?;
        // A member account may not even list the root, so this comes after it was told what it is.
        let Some(root) = answers::root(at).await? else { return Ok(Vec::new()) };
        let feature_set = organization.feature_set.map_or_else(String::new, |set| set.as_str().to_owned());
        let id = answers::present(organization.id.as_deref(), "Id")?.to_owned();
        let live = Live { id: id.clone(), root: root.id.clone(), management, feature_set };
        Ok(vec![Found { key: KEY.to_owned(), label: id, owner: Owner::Nobody, live }])
    }

    async fn create(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let create = client.create_organization().feature_set(OrganizationFeatureSet::All);
        let answer = aws::call(at, "CreateOrganization", create.send()).await;
        aws::unless(answer, &["AlreadyInOrganizationException"]).map(drop)
    }
}

/// Member accounts may describe their organization too, and can change nothing in it.
fn manages(at: &At<'_>, management: &AccountId) -> Result<()> {
    let name = AccountName::management();
    match at.cloud().account_id(&name) {
        Some(caller) if caller != *management => Err(Error::new(
            Class::Final,
            format!("account {caller} is a member of the organization that account {management} manages"),
        )
        .hint("use credentials of the management account")),
        _ => {
            at.cloud().learn(&name, management);
            Ok(())
        }
    }
}
