//! `organizations/account`: member accounts.

use std::{collections::HashMap, time::Duration};

use super::{
    Parent, answers,
    creation::{self, Creation},
    membership::{self, Member},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{
            Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Tags, Timing, Wanted,
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
fn key(email: &str) -> String {
    email.to_lowercase()
}

impl Kind for Account {
    const NAME: &'static str = "organizations/account";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Never(
        "an account is never closed by the program: `aws organizations close-account` does it, and its e-mail \
         address can't be used again",
    );
    const IMMUTABLE: &'static [&'static str] = &["email"];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &[
            "account:GetAccountInformation",
            "organizations:ListAccounts",
            "organizations:ListCreateAccountStatus",
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
            .with("unit", unit.field(env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, name, email, unit, state: _ } = live;
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
        let by_key: HashMap<_, _> = wanted.iter().map(|it| (key(it.spec.email.as_str()), it.spec)).collect();
        let mut found = Vec::new();
        for Member { id, name, email, unit, tags, state } in membership::members(at, &by_key).await? {
            if let Some(spec) = by_key.get(&email) {
                at.cloud().learn(&spec.key, &id);
            }
            found.push(Found {
                key: email.clone(),
                label: format!("{name} ({id})"),
                owner: Owner::Tags(Tags::clone(&tags)),
                live: Live { id: Some(id), name, email, unit, state },
            });
        }
        let missing = by_key.iter().filter(|(email, _)| found.iter().all(|found| found.key != **email));
        let missing: Vec<_> = missing.map(|(email, spec)| (email.as_str(), *spec)).collect();
        found.extend(in_flight(at, &missing).await?);
        Ok(found)
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
                .source_parent_id(live.unit.as_deref().unwrap_or_default())
                .destination_parent_id(it.spec.unit.id(&it.env).now()?);
            aws::call(at, "MoveAccount", move_account.send()).await?;
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

/// Creations of these accounts that AWS still works on, or gave up on in this run. They are found by name: AWS does
/// not say for which e-mail address a creation is.
async fn in_flight(at: &At<'_>, missing: &[(&str, &Spec)]) -> Result<Vec<Found<Live>>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let creations = creation::creations(at).await?;
    let found = missing.iter().filter_map(|(email, spec)| {
        let Creation { label, state } = creation::of(at, &creations, spec)?;
        if matches!(state, State::Pending(_)) {
            at.cloud().newborn(&spec.key);
        }
        Some(Found {
            key: (*email).to_owned(),
            label,
            owner: Owner::Tags(Tags::new()),
            live: Live { id: None, name: spec.name.clone(), email: (*email).to_owned(), unit: None, state },
        })
    });
    Ok(found.collect())
}
