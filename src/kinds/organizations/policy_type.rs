//! `organizations/policy-type`: a type of policy, enabled on the organization's root.

use aws_sdk_organizations::types::{PolicyType as SdkPolicyType, PolicyTypeStatus};

use super::{Organization, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
};

/// A type of policy that can be attached below the root.
pub struct PolicyType;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// The organization on whose root it is enabled.
    pub organization: Need<Organization>,
    /// As the API writes it: `SERVICE_CONTROL_POLICY`.
    pub name: &'static str,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// As the API writes it.
    pub name: String,
    /// Whether AWS is still working on it.
    pub is_ready: bool,
}

impl Kind for PolicyType {
    const NAME: &'static str = "organizations/policy-type";
    const ABOUT: &'static str = "That a type of policy can be attached below the root.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal =
        Removal::Never("disabling a policy type detaches every policy of that type, other people's too");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["organizations:ListRoots"],
        create: &["organizations:EnablePolicyType"],
        update: &[],
        delete: &[],
    };
    const TIMING: Timing = Timing {
        source: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html: done in the \
                 background, ListRoots tells how far it is",
        ..answers::FIRST
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.to_owned())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { organization: _, name } = spec;
        Doc::new().with("type", *name)
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, is_ready: _ } = live;
        Doc::new().with("type", name.as_str())
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        if live.is_ready { State::Ready } else { State::Pending("AWS is enabling it".to_owned()) }
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let Some(root) = answers::root(at).await? else { return Ok(Vec::new()) };
        let types = root.policy_types.iter().filter_map(|summary| {
            let name = summary.r#type()?.as_str().to_owned();
            let is_ready = match summary.status()? {
                PolicyTypeStatus::PendingDisable => return None,
                status => *status == PolicyTypeStatus::Enabled,
            };
            let live = Live { name: name.clone(), is_ready };
            Some(Found { key: name.clone(), label: name, owner: Owner::Nobody, live })
        });
        Ok(types.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let enable = client
            .enable_policy_type()
            .root_id(it.env.get(&it.spec.organization).now()?.root)
            .policy_type(SdkPolicyType::from(it.spec.name));
        let answer = aws::call(at, "EnablePolicyType", enable.send()).await;
        aws::unless(answer, &["PolicyTypeAlreadyEnabledException"]).map(drop)
    }
}
