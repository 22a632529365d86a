//! `iam/root-credentials`: central management of the root users of member accounts.

use aws_sdk_iam::types::FeatureType;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// [Central root access][central]: new member accounts get no root password, and the management account may act as
/// their root user for a few tasks. Needs trusted access for `iam.amazonaws.com`. Root users who have a password
/// already keep it.
///
/// [central]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
pub struct RootCredentials;

/// What is wanted: both features.
#[derive(Clone, Debug)]
pub struct Spec;

/// What AWS has: the features that are enabled.
#[derive(Clone, Debug)]
pub struct Live {
    enabled: Vec<FeatureType>,
}

/// Both features that there are.
const FEATURES: [FeatureType; 2] = [FeatureType::RootCredentialsManagement, FeatureType::RootSessions];

/// What AWS answers where nothing can be enabled yet: no organization, not all of its features, no trusted access.
const NOT_YET: &[&str] = &[
    "AccountNotManagementOrDelegatedAdministratorException",
    "OrganizationNotFoundException",
    "OrganizationNotInAllFeaturesModeException",
    "ServiceAccessNotEnabledException",
];

/// What stands for the only setting there is.
const ONLY: &str = "root-credentials";

impl Kind for RootCredentials {
    const NAME: &'static str = "iam/root-credentials";
    const ABOUT: &'static str =
        "Central root access: new member accounts get no root password and no root keys.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("member accounts would get root passwords again");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["iam:ListOrganizationsFeatures"],
        create: &["iam:EnableOrganizationsRootCredentialsManagement", "iam:EnableOrganizationsRootSessions"],
        update: &["iam:EnableOrganizationsRootCredentialsManagement", "iam:EnableOrganizationsRootSessions"],
        delete: &[],
    };
    const CALLS: Calls = Calls { create: 0, each: &["features[]"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        features(&FEATURES)
    }

    fn observed(live: &Live) -> Doc {
        let Live { enabled } = live;
        features(enabled)
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let request = at.iam().await?.list_organizations_features();
        let answer = aws::call(at, "ListOrganizationsFeatures", request.send()).await;
        let answer = aws::unless(answer, NOT_YET)?;
        let found = |enabled| Found {
            key: ONLY.to_owned(),
            label: "central root access".to_owned(),
            owner: Owner::Nobody,
            live: Live { enabled },
        };
        let enabled = answer.and_then(|answer| answer.enabled_features).filter(|enabled| !enabled.is_empty());
        Ok(enabled.map(found).into_iter().collect())
    }

    async fn create(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<()> {
        enable(at, &[]).await
    }

    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        enable(at, &live.enabled).await
    }
}

fn features(enabled: &[FeatureType]) -> Doc {
    let field = |feature: &FeatureType| (format!("features[{}]", feature.as_str()), true.into());
    FEATURES.iter().filter(|feature| enabled.contains(feature)).map(field).collect()
}

async fn enable(at: &At<'_>, enabled: &[FeatureType]) -> Result<()> {
    let client = at.iam().await?;
    if !enabled.contains(&FeatureType::RootCredentialsManagement) {
        let request = client.enable_organizations_root_credentials_management();
        aws::call(at, "EnableOrganizationsRootCredentialsManagement", request.send()).await?;
    }
    if !enabled.contains(&FeatureType::RootSessions) {
        let request = client.enable_organizations_root_sessions();
        aws::call(at, "EnableOrganizationsRootSessions", request.send()).await?;
    }
    Ok(())
}
