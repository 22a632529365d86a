//! `iam/account-alias`: the name in an account's sign-in address.

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::{Class, Error, Result},
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The one [alias] of an account, unique in all of AWS's partition. A new one takes the place of the old.
///
/// [alias]: https://docs.aws.amazon.com/IAM/latest/UserGuide/account-alias-create.html
pub struct AccountAlias;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The alias.
    pub alias: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// The alias.
    pub alias: String,
}

/// What stands for the only place there is for an alias.
const SLOT: &str = "alias";

impl Kind for AccountAlias {
    const NAME: &'static str = "iam/account-alias";
    const ABOUT: &'static str = "The one alias of an account, unique in all of AWS's partition.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("people may have the sign-in address bookmarked");
    const ACTIONS: Actions = Actions {
        read: &["iam:ListAccountAliases"],
        create: &["iam:CreateAccountAlias", "iam:ListAccountAliases"],
        update: &["iam:CreateAccountAlias", "iam:ListAccountAliases"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(SLOT.to_owned())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { alias } = spec;
        Doc::new().with("alias", alias.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { alias } = live;
        Doc::new().with("alias", alias.as_str())
    }

    fn outputs(_: &Live) {}

    /// Asks only where an alias is wanted: without one there is nothing to compare or to take back.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let found = |alias: String| Found {
            key: SLOT.to_owned(),
            label: alias.clone(),
            owner: Owner::Nobody,
            live: Live { alias },
        };
        Ok(aliases(at).await?.into_iter().map(found).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        set(at, &it.spec.alias).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        set(at, &it.spec.alias).await
    }
}

async fn aliases(at: &At<'_>) -> Result<Vec<String>> {
    let client = at.iam().await?;
    Ok(aws::call(at, "ListAccountAliases", client.list_account_aliases().send()).await?.account_aliases)
}

/// Whoever has the alias already is told apart only by asking: this account, after a call sent twice, or a stranger.
async fn set(at: &At<'_>, alias: &str) -> Result<()> {
    let request = at.iam().await?.create_account_alias().account_alias(alias);
    let set = aws::call(at, "CreateAccountAlias", request.send()).await;
    if aws::unless(set, &["EntityAlreadyExists"])?.is_some()
        || aliases(at).await?.iter().any(|has| has == alias)
    {
        return Ok(());
    }
    Err(Error::new(Class::Final, format!("the account alias `{alias}` is taken by another AWS account"))
        .hint("aliases are unique in all of AWS: choose another one"))
}
