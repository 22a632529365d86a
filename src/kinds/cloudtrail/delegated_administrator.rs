//! `cloudtrail/delegated-administrator`: the member account that administers the organization's trails.

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    kinds::organizations::{Account, delegated_administrator::administrator},
    names::{AccountId, AccountName},
};

/// CloudTrail's [delegated administrator][delegated]. AWS allows three; the landing zone names one.
///
/// It is registered by a call of CloudTrail's own, which also makes CloudTrail's service-linked role in the management
/// account; registering with Organizations alone does not, and then the administrator can make no trail.
///
/// [delegated]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
pub struct DelegatedAdministrator;

/// The service, as Organizations names it.
const SERVICE: &str = "cloudtrail.amazonaws.com";

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
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
    /// The account's id.
    account: String,
}

impl Kind for DelegatedAdministrator {
    const NAME: &'static str = "cloudtrail/delegated-administrator";
    const ABOUT: &'static str =
        "The account that CloudTrail is delegated to, registered by CloudTrail's own call.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never(
        "trails may be looked after from there: `aws cloudtrail deregister-organization-delegated-admin` takes it back",
    );
    const LINGERS: bool = true;
    const READ_AFTER: &'static [&'static str] = &["organizations/account"];
    const ACTIONS: Actions = Actions {
        read: &["organizations:ListDelegatedAdministrators", "organizations:ListRoots"],
        create: &[
            "cloudtrail:RegisterOrganizationDelegatedAdmin",
            "organizations:RegisterDelegatedAdministrator",
            "organizations:ListAWSServiceAccessForOrganization",
            "iam:CreateServiceLinkedRole",
            "iam:GetRole",
        ],
        update: &[
            "cloudtrail:DeregisterOrganizationDelegatedAdmin",
            "organizations:DeregisterDelegatedAdministrator",
        ],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(SERVICE.to_owned())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let account = Field::of(spec.account_id(*env), Some(format!("${{account.{}}}", spec.name).into()));
        Doc::new().with("account", account)
    }

    fn observed(live: &Live) -> Doc {
        let Live { account } = live;
        Doc::new().with("account", account.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let it = wanted.first();
        if it.is_none() && at.others == Others::Passed {
            return Ok(Vec::new());
        }
        let account = it.and_then(|it| it.spec.account_id(it.env).known());
        let account = administrator(at, SERVICE, account).await?;
        let found = |account: String| {
            // In an account of the landing zone it was stated, or could be.
            let id: Option<AccountId> = account.parse().ok();
            let ours = id.is_some_and(|id| at.cloud().account_name(&id).is_some());
            let owner = Owner::Ends { ours };
            Found { key: SERVICE.to_owned(), label: "cloudtrail".to_owned(), owner, live: Live { account } }
        };
        Ok(account.map(found).into_iter().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let register = at.cloudtrail().await?.register_organization_delegated_admin();
        let register = register.member_account_id(it.spec.account_id(it.env).now()?);
        let answer = aws::call(at, "RegisterOrganizationDelegatedAdmin", register.send()).await;
        aws::unless(answer, &["AccountRegisteredException"]).map(drop)
    }

    /// The new one comes first, so that trails are never without.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        Self::create(at, it).await?;
        let deregister = at.cloudtrail().await?.deregister_organization_delegated_admin();
        let deregister = deregister.delegated_admin_account_id(&live.account);
        let answer = aws::call(at, "DeregisterOrganizationDelegatedAdmin", deregister.send()).await;
        aws::unless(answer, &["AccountNotRegisteredException"]).map(drop)
    }
}
