//! `account/region`: Regions that an account has to enable before anything can be placed there.

use std::time::Duration;

use aws_sdk_account::types::{Region as SdkRegion, RegionOptStatus};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Value},
        error::{Class, Error, Result},
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
    names,
};

/// An opt-in Region, enabled in an account.
pub struct Region;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// The Region.
    pub region: names::Region,
}

/// What AWS has; a Region that is closed is absent.
#[derive(Clone, Debug)]
pub struct Live {
    /// The Region's name.
    pub region: String,
    /// How far it is.
    pub state: State,
}

impl Kind for Region {
    const NAME: &'static str = "account/region";
    const ABOUT: &'static str = "An opt-in Region, enabled in an account.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal =
        Removal::Never("closing a Region leaves what is in it running, paid for and out of reach");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["account:ListRegions"],
        create: &["account:EnableRegion"],
        update: &[],
        delete: &[],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(10),
        deadline: Duration::from_hours(12),
        source: "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html: a few minutes for \
                 most accounts, sometimes several hours",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.region.to_string())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { region } = spec;
        Doc::new().with("region", region.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { region, state: _ } = live;
        Doc::new().with("region", region.as_str())
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let pages = at.account().await?.list_regions().into_paginator().items().send();
        let regions = aws::call(at, "ListRegions", pages.try_collect()).await?;
        let is_wanted = |name: &str| wanted.iter().any(|it| it.spec.region.as_str() == name);
        // What is open without anybody's doing is worth no word.
        let is_told = |region: &&SdkRegion| {
            region.region_opt_status() != Some(&RegionOptStatus::EnabledByDefault)
                || region.region_name().is_some_and(is_wanted)
        };
        Ok(regions.iter().filter(is_told).filter_map(found).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.account().await?;
        let enable = client.enable_region().region_name(it.spec.region.as_str());
        let answer = aws::call(at, "EnableRegion", enable.send()).await;
        answer.map(drop).map_err(after_closing)
    }
}

/// What AWS says, besides `ConflictException`, where a Region is on its way open or closed:
/// <https://github.com/hashicorp/terraform-provider-aws/issues/41430>.
const ON_ITS_WAY: &str = "because of its current opt-in status";

/// AWS refuses to enable a Region that is still being closed, or opened after a call sent before.
/// <https://docs.aws.amazon.com/accounts/latest/APIReference/API_EnableRegion.html>
fn after_closing(mut error: Error) -> Error {
    let says = error.chain().iter().any(|phrase| phrase.contains(ON_ITS_WAY));
    if says || aws::code(&error) == Some("ConflictException") {
        error.class = Class::NotYet;
    }
    error
}

fn found(region: &SdkRegion) -> Option<Found<Live>> {
    let name = region.region_name()?.to_owned();
    let state = match region.region_opt_status()? {
        RegionOptStatus::Enabled | RegionOptStatus::EnabledByDefault => State::Ready,
        RegionOptStatus::Enabling => State::Pending("AWS is enabling the Region".to_owned()),
        _ => return None,
    };
    let live = Live { region: name.clone(), state };
    Some(Found { key: name.clone(), label: name, owner: Owner::Nobody, live })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_region_is_absent_and_one_on_its_way_to_us_is_not() {
        let state = |status| {
            let region = SdkRegion::builder().region_name("ap-southeast-4").region_opt_status(status).build();
            found(&region).map(|found| found.live.state)
        };
        assert_eq!(state(RegionOptStatus::Enabled), Some(State::Ready));
        assert_eq!(state(RegionOptStatus::Disabled), None);
        assert!(matches!(state(RegionOptStatus::Enabling), Some(State::Pending(_))));
        assert_eq!(state(RegionOptStatus::Disabling), None);
    }

    #[test]
    fn a_region_on_its_way_is_waited_for() {
        let refused = |text: &str| Error::new(Class::Final, "call EnableRegion").source(text.to_owned());
        let busy =
            "ValidationException: Unable to switch region status because of its current opt-in status.";
        assert_eq!(after_closing(refused(busy)).class, Class::NotYet);
        assert_eq!(after_closing(refused("ValidationException: no such Region")).class, Class::Final);
    }
}
