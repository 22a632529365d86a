//! Who may do what: roles by intent, the policies and identity providers they need, and each account's own settings.

mod permissions;
mod settings;
#[cfg(test)]
pub(super) mod testing;
mod trust;

use std::collections::BTreeMap;

use super::{
    Composer, Known,
    keys::{KEYS_POLICY, Keys},
    organization::plain,
    size,
};
use crate::{
    engine::graph::{Needs, NodeId, PlaceId, Ref},
    kinds::{
        iam::{
            Managed, OidcProvider, Policy, Role, SamlProvider, oidc_provider, policy, role, saml_provider,
        },
        template::Language,
    },
    model::{self, Account, IdentityProvider, PolicyRef, Provider, Trust},
    names::{Origin, RoleRef},
    policy::Arn,
};

use permissions::{ASSUME_POLICY, Assumable};

/// Policies and providers of every account come before roles: a policy may speak of any role, none needs one.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let homes =
        composer.known.homes.iter().filter_map(|(name, home)| Some((zone.accounts.get(name)?, home.global)));
    let homes: Vec<_> = homes.collect();
    let mut estates = Vec::with_capacity(homes.len());
    for (account, at) in homes {
        settings::account(composer, account, at);
        let providers = account.identity_providers.values();
        let providers =
            providers.map(|provider| (provider.name.as_str(), add_provider(composer, at, provider)));
        let providers = providers.collect();
        let policies = account.iam_policies.iter();
        let policies =
            policies.filter_map(|name| Some((name.as_str(), add_policy(composer, at, account, name)?)));
        let policies = policies.collect();
        estates.push(Estate { account, at, providers, policies });
    }
    let callers = Callers { assumable: Assumable::of(zone), keys: Keys::of(zone) };
    for estate in &estates {
        for role in estate.account.roles.values() {
            estate.add_role(composer, role, &callers);
        }
    }
}

fn add_provider(composer: &mut Composer<'_>, at: PlaceId, provider: &IdentityProvider) -> NodeId {
    let IdentityProvider { name, provider, tags, origin } = provider;
    match provider {
        Provider::Oidc { url, audiences } => {
            let node = composer.graph.add::<OidcProvider>(at, name, origin, |needs| {
                needs.tags(plain(tags));
                if let Some(first) = audiences.first() {
                    needs.states("audiences", &first.origin);
                }
                let audiences = audiences.iter().map(|audience| audience.value.clone()).collect();
                oidc_provider::Spec { url: url.value.clone(), audiences }
            });
            node.id()
        }
        Provider::Saml { aws_name, moved: _, metadata } => {
            let node = composer.graph.add::<SamlProvider>(at, name, origin, |needs| {
                needs.tags(plain(tags));
                needs.states("metadata", &metadata.origin);
                saml_provider::Spec { name: aws_name.value.clone(), metadata: metadata.value.clone() }
            });
            node.id()
        }
    }
}

fn add_policy(
    composer: &mut Composer<'_>,
    at: PlaceId,
    account: &Account,
    name: &str,
) -> Option<Ref<Policy>> {
    let Composer { graph, known, .. } = composer;
    let file = known.zone.policies.iam.get(name)?;
    Some(graph.add::<Policy>(at, name, &file.origin, |needs| {
        needs.tags(plain(&account.tags));
        let document = known.template(needs, Language::Iam, file);
        policy::Spec { name: name.to_owned(), path: "/".to_owned(), document }
    }))
}

/// What the roles of an account may refer to.
struct Estate<'z> {
    account: &'z Account,
    at: PlaceId,
    providers: BTreeMap<&'z str, NodeId>,
    policies: BTreeMap<&'z str, Ref<Policy>>,
}

/// What follows for roles from lines that name them elsewhere.
struct Callers<'z> {
    assumable: Assumable<'z>,
    keys: Keys<'z>,
}

impl<'z> Callers<'z> {
    /// The inline policies of a role as texts, one for each purpose.
    fn policies(&self, role: &RoleRef) -> Vec<(&'static str, String, &'z Origin)> {
        let assume = self.assumable.by(role).map(|policy| (ASSUME_POLICY, policy));
        let keys = self.keys.by(role).map(|policy| (KEYS_POLICY, policy));
        let policies = assume.into_iter().chain(keys);
        policies.map(|(name, (policy, origin))| (name, policy.compact(), origin)).collect()
    }
}

impl Estate<'_> {
    fn add_role(&self, composer: &mut Composer<'_>, role: &model::Role, callers: &Callers<'_>) {
        let Composer { graph, known, problems, .. } = composer;
        let name = RoleRef::new(self.account.name.clone(), role.name.as_str());
        let trust = trust::trust(known.zone, self.account, role).compact();
        let inline = callers.policies(&name);
        problems.extend(size::trust(known.zone, (&name, role), &trust));
        let policies = inline.iter().map(|(_, policy, origin)| (policy.as_str(), *origin));
        problems.extend(size::inline(known.zone, &name, policies));
        let node = graph.add::<Role>(self.at, &role.name, &role.origin, |needs| {
            needs.tags(plain(&role.tags));
            state_fields(role, needs);
            let inline = inline.into_iter().map(|(name, policy, origin)| {
                needs.states("inline", origin);
                (name.to_owned(), known.template_of(needs, Language::Iam, policy))
            });
            let inline = inline.collect();
            self.providers_of(role).for_each(|provider| needs.after(provider));
            role::Spec {
                name: role.aws_name.value.clone(),
                path: role.path.value.clone(),
                description: role.description.as_ref().map(|text| text.value.clone()),
                trust: known.template_of(needs, Language::Iam, trust),
                inline,
                policies: role.allow.iter().filter_map(|policy| self.managed(known, needs, policy)).collect(),
                boundary: role.boundary.as_ref().and_then(|policy| self.managed(known, needs, policy)),
                session_seconds: i32::try_from(role.session.as_seconds()).unwrap_or(i32::MAX),
            }
        });
        known.roles.insert(name, node);
    }

    /// The providers whose sessions a role lets in: IAM refuses to trust one that is not there.
    fn providers_of(&self, role: &model::Role) -> impl Iterator<Item = NodeId> {
        role.trust.iter().filter_map(|trust| match &trust.value {
            Trust::Oidc { provider, .. } | Trust::Saml { provider } => {
                self.providers.get(provider.as_str()).copied()
            }
            _ => None,
        })
    }

    fn managed(&self, known: &Known<'_>, needs: &mut Needs<'_>, policy: &PolicyRef) -> Option<Managed> {
        match policy {
            PolicyRef::Own(name) => {
                let policy = needs.on(*self.policies.get(name.as_str())?);
                Some(Managed::Own { policy, name: name.clone() })
            }
            PolicyRef::Aws(name) => {
                let arn = Arn::aws_managed_policy(known.partition().as_str(), name);
                Some(Managed::Aws { arn: arn.to_string() })
            }
        }
    }
}

/// Drift of these fields points at their own lines.
fn state_fields(role: &model::Role, needs: &mut Needs<'_>) {
    let fields = [
        ("name", Some(&role.aws_name.origin)),
        ("description", role.description.as_ref().map(|text| &text.origin)),
        ("trust", role.trust.first().map(|trust| &trust.origin)),
        ("policies", role.allow.first().map(|policy| &policy.origin)),
        ("boundary", role.boundary.as_ref().map(|policy| &policy.origin)),
        ("session_seconds", Some(&role.session.origin)),
    ];
    for (field, origin) in fields {
        if let Some(origin) = origin {
            needs.states(field, origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::testing::{add, caller, role, role_ref, zone_with};
    use crate::{
        compose::{
            Problem, compose,
            testing::{here, policy_file},
        },
        engine::{
            doc::Field,
            env::Env,
            graph::{Graph, Node},
        },
        model::{LandingZone, PolicyRef, Role, Trust},
    };

    fn composed(zone: &LandingZone) -> Graph {
        compose(zone).unwrap_or_else(|problems| panic!("{problems:?}")).graph
    }

    fn node<'g>(graph: &'g Graph, label: &str) -> &'g Node {
        graph.nodes().find(|(_, node)| *node.label == *label).expect(label).1
    }

    fn field(node: &Node, path: &str) -> Field {
        let doc = node.kind.desired(&node.spec, &Env::nothing_known());
        doc.get(path).unwrap_or_else(|| panic!("{path} in {doc:?}")).clone()
    }

    /// What a field says before any account exists.
    fn shown(node: &Node, path: &str) -> serde_json::Value {
        match field(node, path) {
            Field::Is(value) | Field::After { shown: Some(value), .. } => value.shown().clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn trust_is_written_on_both_sides() {
        let mut zone = zone_with([role(
            "pipeline",
            [Trust::Oidc { provider: "gitlab".into(), subjects: vec!["s".into()] }],
        )]);
        add(&mut zone, "prod", [role("deployer", [caller("security/pipeline")])]);
        let graph = composed(&zone);
        let deployer = node(&graph, "prod/global/iam/role/deployer");
        let condition = shown(deployer, "trust[Roles].condition");
        assert_eq!(
            condition["ArnEquals"]["aws:PrincipalArn"],
            "arn:aws:iam::${account.security}:role/pipeline"
        );
        let pipeline = node(&graph, "security/global/iam/role/pipeline");
        let resource = shown(pipeline, "inline[landfall-assume][Assume].resource");
        assert_eq!(resource, json!("arn:aws:iam::${account.prod}:role/deployer"));
        let needs: Vec<_> = pipeline.needs.iter().map(|id| &*graph.node(*id).label).collect();
        assert!(needs.contains(&"security/global/iam/oidc-provider/gitlab"));
        assert!(needs.contains(&"management/global/organizations/account/prod"));
        assert!(!needs.iter().any(|label| label.contains("iam/role")), "{needs:?}");
    }

    #[test]
    fn two_roles_may_trust_each_other() {
        let mut zone = zone_with([role("one", [caller("prod/other")])]);
        add(&mut zone, "prod", [role("other", [caller("security/one")])]);
        let graph = composed(&zone);
        for label in ["security/global/iam/role/one", "prod/global/iam/role/other"] {
            shown(node(&graph, label), "inline[landfall-assume][Assume].resource");
        }
    }

    #[test]
    fn policies_are_made_where_they_are_used() {
        let mut zone = zone_with([]);
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b-${account.prod}"}]}"#;
        zone.policies.iam.insert("deploy".into(), policy_file("deploy", text));
        let allow = [PolicyRef::Own("deploy".into()), PolicyRef::Aws("job-function/ViewOnlyAccess".into())];
        let deployer = Role {
            allow: allow.map(here).into(),
            boundary: Some(here(PolicyRef::Own("deploy".into()))),
            ..role("deployer", [Trust::Account(role_ref("security/x").account)])
        };
        add(&mut zone, "prod", [deployer]);
        zone.accounts.get_mut("prod").expect("an account").iam_policies.insert("deploy".into());
        let graph = composed(&zone);
        let policy = node(&graph, "prod/global/iam/policy/deploy");
        assert_eq!(shown(policy, "document[Landfall0].resource"), "arn:aws:s3:::b-${account.prod}");
        let deployer = node(&graph, "prod/global/iam/role/deployer");
        assert_eq!(field(deployer, "boundary"), "policy:deploy".into());
        assert_eq!(field(deployer, "policies[policy:deploy]"), true.into());
        assert_eq!(field(deployer, "policies[aws:job-function/ViewOnlyAccess]"), true.into());
    }

    #[test]
    fn what_aws_would_refuse_for_its_size_is_a_problem() {
        let callers: Vec<_> = (0..20)
            .map(|number| format!("a-caller-with-quite-a-long-name-{number}-{}", "x".repeat(30)))
            .collect();
        let mut zone = zone_with(
            callers.iter().map(|name| role(name, [Trust::Service("ec2".parse().expect("a service"))])),
        );
        let trust = callers.iter().map(|name| caller(&format!("security/{name}")));
        add(&mut zone, "prod", [role("deployer", trust)]);
        let Err(problems) = compose(&zone) else { panic!("it is too large") };
        let [Problem { message, .. }] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!(message, "the trust policy of `prod/deployer` has 2222 characters, and AWS takes 2048");
    }
}
