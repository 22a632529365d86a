//! `organizations/account`: member accounts.

use std::{collections::BTreeSet, time::Duration};

use super::{Parent, answers, creation, membership, membership::Member};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{
            Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Tags, Timing,
            Wanted,
        },
    },
    names::{AccountId, AccountName, Email},
};

/// A member account of the organization.
pub struct Account;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// Its key in the landing zone.
    pub key: AccountName,
    /// What AWS calls it.
    pub name: String,
    /// The e-mail address of its root user, by which AWS tells it from all others.
    pub email: Email,
    /// The unit it lies in.
    pub unit: Parent,
    /// The role that AWS puts into it for the management account.
    pub access_role: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its id; nothing while it is being made.
    pub id: Option<AccountId>,
    /// What AWS calls it.
    pub name: String,
    /// The e-mail address of its root user, in lower case.
    pub email: String,
    /// The id of the unit, or of the root, that it lies in; read only for accounts of the landing zone.
    pub parent: Option<String>,
    /// The path of the same, for people.
    pub unit: Option<String>,
    /// How far it is.
    pub state: State,
}

/// What others refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// Its id.
    pub id: AccountId,
}

/// E-mail addresses are unique whatever their case.
pub(super) fn key(email: &str) -> String {
    email.to_lowercase()
}

impl Kind for Account {
    const NAME: &'static str = "organizations/account";
    const ABOUT: &'static str = "A member account of the organization: its e-mail address, unit and tags.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Never(
        "an account is never closed by the program: `aws organizations close-account` does it, and its e-mail \
         address can't be used again",
    );
    const IMMUTABLE: &'static [&'static str] = &["email"];
    const WAY_OUT: &'static str = "write the old address back; or change it in AWS first (`aws account start-primary-email-update`, then \
                                   `accept-primary-email-update` with the code that the new address gets); for another account, add another \
                                   file in `accounts/`";
    const IS_ACCOUNT: bool = true;
    const READ_AFTER: &'static [&'static str] = &["organizations/organization", "organizations/unit"];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &[
            "account:GetAccountInformation",
            "organizations:DescribeAccount",
            "organizations:ListAccounts",
            "organizations:ListAccountsForParent",
            "organizations:ListCreateAccountStatus",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListParents",
            "organizations:ListRoots",
            "organizations:ListTagsForResource",
        ],
        create: &["organizations:CreateAccount", "organizations:TagResource"],
        update: &[
            "account:PutAccountName",
            "organizations:MoveAccount",
            "organizations:TagResource",
            "organizations:UntagResource",
        ],
        delete: &[],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(3),
        deadline: Duration::from_hours(1),
        source: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_create.html: \
                 minutes, and up to an hour while a new organization is being set up",
    };
    // AWS makes it below the root.
    const CALLS: Calls = Calls { create: 1, each: &["unit"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(key(it.spec.email.as_str()))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { key: _, name, email, unit, access_role: _ } = spec;
        Doc::new()
            .with("email", key(email.as_str()))
            .with("name", name.as_str())
            .with("unit", unit.path_field(env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, name, email, parent: _, unit, state: _ } = live;
        let doc = Doc::new().with("email", email.as_str()).with("name", name.as_str());
        doc.with_some("unit", unit.as_deref())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone().unwrap_or_else(creation::no_id) }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if answers::root(at).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut in_flight = Vec::new();
        if at.others == Others::Passed {
            // What is on its way is in no list of accounts, which may be long.
            let unknown = wanted.iter().map(|it| it.spec);
            let unknown = unknown.filter(|spec| at.cloud().account_id(&spec.key).is_none());
            in_flight = creation::in_flight(at, unknown.collect()).await?;
        }
        let flying: BTreeSet<_> = in_flight.iter().map(|found| found.key.clone()).collect();
        let landed = wanted.iter().filter(|it| !flying.contains(&key(it.spec.email.as_str())));
        let landed: Vec<_> = landed.collect();
        let members = membership::members(at, &landed).await?;
        if at.others == Others::Told {
            let there: BTreeSet<_> = members.iter().filter_map(|member| member.wanted).collect();
            let missing = landed.iter().map(|it| it.spec).filter(|spec| !there.contains(&spec.key));
            in_flight = creation::in_flight(at, missing.collect()).await?;
        }
        // One that was on its way may have arrived since.
        let arrived: BTreeSet<_> = members.iter().map(|member| member.live.email.clone()).collect();
        in_flight.retain(|found| !arrived.contains(&found.key));
        let found = members.into_iter().map(|Member { live, tags, wanted: _ }| Found {
            key: live.email.clone(),
            label: live.id.as_ref().map_or_else(|| live.name.clone(), |id| format!("{} ({id})", live.name)),
            owner: Owner::Tags(Tags::clone(&tags)),
            live,
        });
        Ok(found.chain(in_flight).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { key, name, email, unit: _, access_role } = it.spec;
        let client = at.careful().organizations().await?;
        let create = client
            .create_account()
            .email(email.as_str())
            .account_name(name)
            .role_name(access_role)
            .set_tags(Some(answers::sdk_tags(it.tags)?));
        let answer = creation::send(at, create).await?;
        at.cloud().newborn(key);
        if let Some(request) = answer.create_account_status.and_then(|status| status.id) {
            creation::remember(at, key, &request);
        }
        Ok(())
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let Some(id) = &live.id else { return Ok(()) };
        let differs = |root: &str| changes.iter().any(|change| change.root() == root);
        if differs("unit") {
            let client = at.organizations().await?;
            let move_account = client
                .move_account()
                .account_id(id.as_str())
                .source_parent_id(live.parent.as_deref().unwrap_or_default())
                .destination_parent_id(it.spec.unit.id(&it.env).now()?);
            // A move whose first answer was lost is refused the second time: the account is there already.
            let answer = aws::call(at, "MoveAccount", move_account.send()).await;
            aws::unless(answer, &["DuplicateAccountException"])?;
        }
        if differs("name") {
            let client = at.account().await?;
            let put = client.put_account_name().account_id(id.as_str()).account_name(&it.spec.name);
            aws::call(at, "PutAccountName", put.send()).await?;
        }
        Ok(())
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        match &live.id {
            Some(id) => answers::retag(at, id.as_str(), tags).await,
            None => Ok(()),
        }
    }
}
