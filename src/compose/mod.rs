//! From what a landing zone says to the graph of what AWS is to have. The only place that knows what a landing zone is
//! made of; one file per capability. It never asks AWS: the graph's shape depends on the TOML alone.

mod alarms;
mod archive;
mod composer;
mod derived;
mod forwarding;
mod guardrails;
mod identity;
mod keys;
mod known;
mod log_delivery;
mod network;
mod organization;
mod quotas;
mod recording;
mod service_role;
mod size;
#[cfg(test)]
mod testing;
mod trail;

pub use quotas::QUOTAS;

use composer::Composer;
use known::{Home, KeyNodes, Known};

use crate::{
    engine::graph::Graph,
    model::{LandingZone, Problem},
};

/// A capability adds its nodes; it may refer to those of the capabilities before it.
type Capability = fn(&mut Composer<'_>);

/// What a landing zone is made of, in the order in which it is composed. Guardrails come last: what they deny must be
/// there already. Keys come before roles: their policies name roles by pattern, roles name keys by ARN.
const CAPABILITIES: &[Capability] = &[
    organization::compose,
    keys::compose,
    identity::compose,
    archive::compose,
    trail::compose,
    forwarding::compose,
    log_delivery::compose,
    recording::compose,
    network::compose,
    guardrails::compose,
];

/// What a landing zone comes to.
pub struct Composed {
    /// What AWS is to have.
    pub graph: Graph,
    /// What likely is not as it was meant. Stops nothing.
    pub warnings: Vec<Problem>,
}

/// The graph of what a landing zone wants, or everything that stands in its way, warnings included.
pub fn compose(zone: &LandingZone) -> Result<Composed, Vec<Problem>> {
    let mut composer = Composer::new(zone);
    for capability in CAPABILITIES {
        capability(&mut composer);
    }
    composer.finish()
}

#[cfg(test)]
mod tests {
    use super::{testing::*, *};
    use crate::{engine::graph::NodeId, kinds::ALL, names::Located};

    fn addresses(graph: &Graph) -> Vec<String> {
        graph.nodes().map(|(_, node)| node.label.to_string()).collect()
    }

    fn id(graph: &Graph, label: &str) -> NodeId {
        graph.nodes().find(|(_, node)| *node.label == *label).expect(label).0
    }

    /// Whether `later` waits for `earlier`, directly or not.
    fn waits(graph: &Graph, later: &str, earlier: &str) -> bool {
        let (mut open, earlier) = (vec![id(graph, later)], id(graph, earlier));
        while let Some(next) = open.pop() {
            if next == earlier {
                return true;
            }
            open.extend(&graph.node(next).needs);
        }
        false
    }

    #[test]
    fn a_small_zone_comes_to_this() {
        let graph = compose(&zone()).expect("no problems").graph;
        let mut expected = vec![
            "management/global/account/alternate-contact/security",
            "management/global/account/region/ap-southeast-4",
            "management/global/iam/root-credentials/root-credentials",
            "management/global/organizations/account/prod",
            "management/global/organizations/organization/organization",
            "management/global/organizations/policy-attachment/Root/FullAWSAccess",
            "management/global/organizations/policy-attachment/Root/scp:protect-landfall",
            "management/global/organizations/policy-attachment/Root/scp:region-guard",
            "management/global/organizations/policy-attachment/Workloads/FullAWSAccess",
            "management/global/organizations/policy-attachment/account:prod/FullAWSAccess",
            "management/global/organizations/policy-type/scp",
            "management/global/organizations/policy/scp/protect-landfall",
            "management/global/organizations/policy/scp/region-guard",
            "management/global/organizations/trusted-access/account.amazonaws.com",
            "management/global/organizations/trusted-access/iam.amazonaws.com",
            "management/global/organizations/unit/Workloads",
            "prod/global/account/alternate-contact/security",
            "prod/global/account/region/ap-southeast-4",
        ];
        let mut found = addresses(&graph);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(graph.places().len(), 6);
    }

    #[test]
    fn what_may_deny_waits_for_what_it_may_deny() {
        let graph = compose(&zone()).expect("no problems").graph;
        let attachment = |name: &str| format!("management/global/organizations/policy-attachment/{name}");
        let (guard, full) = (attachment("Root/scp:region-guard"), attachment("Root/FullAWSAccess"));
        let account = "management/global/organizations/account/prod";
        assert!(waits(&graph, &guard, account));
        assert!(!waits(&graph, &full, account));
        // A Region may take hours, and is enabled by a role that is exempt.
        assert!(!waits(&graph, &guard, "prod/global/account/region/ap-southeast-4"));
        // Nothing binds the management account.
        assert!(!waits(&graph, &guard, "management/global/account/region/ap-southeast-4"));
    }

    #[test]
    fn full_access_goes_last_and_before_what_would_be_one_too_many() {
        let attachment = |name: &str| format!("management/global/organizations/policy-attachment/{name}");
        let gone = "management/global/organizations/no-full-access/Workloads";
        for many in [1, 10] {
            let mut zone = zone();
            let unit = zone.units.get_mut("Workloads").expect("a unit");
            unit.full_access.value = false;
            for index in 0..many {
                let name = format!("stay{index}");
                unit.policies.push(here(scp(&name)));
                let text = r#"{"Version":"2012-10-17","Statement":[]}"#;
                zone.policies.organization.insert(scp(&name), policy_file(&name, text));
            }
            let graph = compose(&zone).expect("no problems").graph;
            let full = attachment("Workloads/FullAWSAccess");
            assert!(!addresses(&graph).contains(&full));
            assert!(waits(&graph, gone, &attachment("Workloads/scp:stay0")));
            let last = attachment(&format!("Workloads/scp:stay{}", many - 1));
            assert_eq!((waits(&graph, gone, &last), waits(&graph, &last, gone)), (many == 1, many == 10));
        }
    }

    #[test]
    fn an_account_that_is_not_looked_after_is_one_node() {
        let mut zone = zone();
        let prod = zone.accounts.get_mut("prod").expect("an account");
        prod.managed.value = false;
        let graph = compose(&zone).expect("no problems").graph;
        let mine: Vec<_> = addresses(&graph).into_iter().filter(|label| label.contains("prod")).collect();
        assert_eq!(
            mine,
            [
                "management/global/organizations/account/prod",
                "management/global/organizations/policy-attachment/account:prod/FullAWSAccess"
            ]
        );
    }

    #[test]
    fn a_file_takes_the_place_of_a_generated_policy_and_its_symbols_are_filled() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"StringNotEquals":{"aws:RequestedRegion":"${regions}"},
            "ArnNotLike":{"aws:PrincipalArn":["${landfall}","arn:aws:iam::${account.prod}:role/x"]}}}]}"#;
        let mut zone = zone();
        zone.policies.organization.insert(scp("region-guard"), policy_file("region-guard", text));
        let graph = compose(&zone).expect("no problems").graph;
        let node = graph.node(id(&graph, "management/global/organizations/policy/scp/region-guard"));
        let doc = node.kind.desired(&node.spec, &crate::engine::env::Env::nothing_known());
        let condition = doc.get("policy[Landfall0].condition").expect("a condition");
        let crate::engine::doc::Field::After { address, shown: Some(shown) } = condition else {
            panic!("{condition:?} is not known later");
        };
        let shown = shown.shown();
        assert_eq!(**address, *"management/global/organizations/account/prod");
        assert_eq!(shown["StringNotEquals"]["aws:RequestedRegion"][1], "ap-southeast-4");
        assert_eq!(shown["ArnNotLike"]["aws:PrincipalArn"][0], "arn:aws:iam::${account.prod}:role/x");
        assert!(waits(&graph, &node.label, "management/global/organizations/account/prod"));
    }

    #[test]
    fn trails_are_delegated_by_a_call_of_their_own() {
        let mut zone = zone();
        let Located { value, origin } = here("cloudtrail");
        let service = crate::names::Service::delegable(value).expect("a service");
        zone.delegated.push(crate::model::Delegation {
            service: Located::new(service, origin),
            account: here(account_name("prod")),
        });
        let graph = compose(&zone).expect("no problems").graph;
        let administrator = "management/global/cloudtrail/delegated-administrator/cloudtrail";
        let trusted = "management/global/organizations/trusted-access/cloudtrail.amazonaws.com";
        assert!(waits(&graph, administrator, trusted));
        assert!(waits(&graph, administrator, "management/global/organizations/account/prod"));
    }

    #[test]
    fn problems_are_found_together() {
        let mut zone = zone();
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"${key.logs}"}]}"#;
        zone.policies.organization.insert(scp("keys"), policy_file("keys", text));
        zone.units.get_mut("Workloads").expect("a unit").full_access.value = false;
        zone.accounts.get_mut("prod").expect("an account").policies = vec![here(scp("nowhere"))];
        let Located { value, origin } = here("guardduty");
        let service = crate::names::Service::delegable(value).expect("a service");
        zone.delegated.push(crate::model::Delegation {
            service: Located::new(service, origin),
            account: here(account_name("prod")),
        });
        let Err(problems) = compose(&zone) else { panic!("there are problems") };
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`${key.logs}` can't be filled in: no key is called so",
                "`guardduty` can't be delegated yet",
                "without `FullAWSAccess` nothing is attached, which AWS does not allow",
                "there is no policy `scp:nowhere`",
            ]
        );
    }

    #[test]
    fn every_node_stands_behind_what_it_needs_in_the_registry_too() {
        let rank = |kind: &str| ALL.iter().position(|known| known.name() == kind);
        let graph = compose(&zone()).expect("no problems").graph;
        for (_, node) in graph.nodes() {
            for need in &node.needs {
                let need = graph.node(*need);
                assert!(
                    rank(need.address.kind) <= rank(node.address.kind),
                    "{} needs {}",
                    node.label,
                    need.label
                );
            }
        }
    }
}
