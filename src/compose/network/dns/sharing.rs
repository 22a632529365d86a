//! What an account makes for VPCs of others: one share in each Region, with the organization.

use std::collections::BTreeMap;

use crate::{
    compose::{Composer, derived, organization::plain},
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::{
        ram::{ResourceShare, resource_share},
        route53resolver::{FirewallRuleGroup, QueryLogConfig, Rule},
    },
    names::{AccountName, Origin},
};

/// Something that VPCs of other accounts use.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resource {
    /// A rule.
    Rule(Ref<Rule>),
    /// Where questions are written down.
    Logs(Ref<QueryLogConfig>),
    /// What can't be asked for.
    Firewall(Ref<FirewallRuleGroup>),
}

/// What is to be shared, by the place it lies in.
#[derive(Default)]
pub(super) struct Shared {
    places: BTreeMap<PlaceId, Place>,
}

struct Place {
    account: AccountName,
    origin: Origin,
    resources: Vec<Resource>,
}

/// The shares by the place they lie in.
pub(super) struct Shares(BTreeMap<PlaceId, Ref<ResourceShare>>);

impl Shared {
    /// Shares something of an account's; `origin` is where it is asked for.
    pub(super) fn add(&mut self, at: PlaceId, account: &AccountName, origin: &Origin, resource: Resource) {
        let place = || Place { account: account.clone(), origin: origin.clone(), resources: Vec::new() };
        self.places.entry(at).or_insert_with(place).resources.push(resource);
    }

    /// Adds the shares.
    pub(super) fn compose(self, composer: &mut Composer<'_>) -> Shares {
        let Composer { graph, known, .. } = composer;
        let add = |(at, place): (PlaceId, Place)| {
            let Place { account, origin, resources } = place;
            let share = graph.add::<ResourceShare>(at, "dns", &origin, |needs| {
                needs.tags(
                    known.zone.accounts.get(&account).into_iter().flat_map(|account| plain(&account.tags)),
                );
                if let Some(sharing) = known.sharing {
                    needs.after(sharing.id());
                }
                resource_share::Spec {
                    name: derived::resolver_name(known.zone, "dns"),
                    principals: vec![known.organization_arn(needs)],
                    resources: resources.iter().map(|resource| resource.arn(needs)).collect(),
                }
            });
            (at, share)
        };
        Shares(self.places.into_iter().map(add).collect())
    }
}

impl Shares {
    /// Orders after the share by which something of a place is seen elsewhere, if it is.
    pub(super) fn after(&self, needs: &mut Needs<'_>, at: PlaceId) {
        if let Some(share) = self.0.get(&at) {
            needs.after(share.id());
        }
    }
}

impl Resource {
    fn arn(self, needs: &mut Needs<'_>) -> Text {
        match self {
            Self::Rule(rule) => {
                let rule = needs.on(rule);
                Text::of(&rule, format!("${{{}}}", rule.address()), |rule| rule.arn)
            }
            Self::Logs(config) => {
                let config = needs.on(config);
                Text::of(&config, format!("${{{}}}", config.address()), |config| config.arn)
            }
            Self::Firewall(group) => {
                let group = needs.on(group);
                Text::of(&group, format!("${{{}}}", group.address()), |group| group.arn)
            }
        }
    }
}
