//! What got another name in the landing zone and says so by `moved`: AWS keeps what it has.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_organizations::types::PolicyType;

use crate::support::{Behind, Sandbox, Zone, behind::done, organization};

const HOME: &str = "ap-southeast-2";
const AWAY: &str = "us-west-2";

const ORGANIZATION: &str = organization!("acme" in "ap-southeast-2", "us-west-2");

type Steps = BTreeMap<String, (String, Vec<String>)>;

fn zone(files: &[(&str, &str)]) -> (Sandbox, Zone) {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&[("organization.toml", ORGANIZATION)]));
    write(&zone, files);
    sandbox.apply(&zone);
    (sandbox, zone)
}

fn write(zone: &Zone, files: &[(&str, &str)]) {
    for (path, text) in files {
        zone.write(path, text);
    }
}

fn plan(sandbox: &Sandbox, zone: &Zone) -> Steps {
    sandbox.run(zone, &["plan", "--json"]).expect(0).steps()
}

/// That steps change tags in place, and nothing else.
#[track_caller]
fn expect_tags_alone(steps: &Steps) {
    for (address, (action, paths)) in steps {
        assert_eq!(action, "update", "{address}");
        assert!(paths.iter().all(|path| path.starts_with("tags[")), "{address} {paths:?}");
    }
}

/// The addresses of steps with an action.
fn with<'s>(steps: &'s Steps, action: &str) -> Vec<&'s str> {
    steps.iter().filter(|(_, (is, _))| is == action).map(|(address, _)| address.as_str()).collect()
}

/// Keys of a baseline, one of them with a replica, and one of the organization's, all in `dev`.
const KEYS: [(&str, &str); 3] = [
    ("accounts/dev.toml", "unit = \"Workloads\"\nbaseline = \"work\"\n"),
    ("baselines/work.toml", "[keys.data]\n\n[keys.secrets]\nreplicas = [\"us-west-2\"]\n"),
    ("policies/keys.toml", "[keys.logs]\naccount = \"dev\"\n"),
];
const MOVED: [(&str, &str); 2] = [
    (
        "baselines/work.toml",
        "[keys.store]\nname = \"data\"\nmoved = { from = \"data\" }\n\n\
         [keys.vault]\nmoved = { from = \"secrets\" }\nreplicas = [\"us-west-2\"]\n",
    ),
    (
        "policies/keys.toml",
        "[keys.journal]\naccount = \"dev\"\nname = \"logs\"\nmoved = { from = \"logs\" }\n",
    ),
];

/// A text without the lines of a key.
fn without(key: &str, text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(key)).collect()
}

/// The ids of all keys of an account.
fn keys(dev: &Behind) -> BTreeSet<(&'static str, String)> {
    let of = |region| {
        let keys = done(dev.kms(region).list_keys().send()).keys.unwrap_or_default();
        keys.into_iter().map(move |key| (region, key.key_id.unwrap()))
    };
    [HOME, AWAY].into_iter().flat_map(of).collect()
}

fn aliases(dev: &Behind, region: &str) -> BTreeMap<String, String> {
    let all = done(dev.kms(region).list_aliases().send()).aliases.unwrap_or_default();
    let ours = all.into_iter().filter_map(|alias| Some((alias.alias_name?, alias.target_key_id?)));
    let ours = ours.filter_map(|(name, key)| Some((name.strip_prefix("alias/acme/")?.to_owned(), key)));
    ours.collect()
}

#[test]
fn keys_that_moved_are_the_same_keys() {
    let (sandbox, zone) = zone(&KEYS);
    let dev = sandbox.behind().member("dev");
    let (before, named) = (keys(&dev), aliases(&dev, HOME));
    assert_eq!(named.keys().collect::<Vec<_>>(), ["data", "logs", "secrets"]);
    for (path, text) in MOVED {
        zone.write(path, &without("name", &without("moved", text)));
    }
    let said =
        sandbox.run(&zone, &["plan"]).expect(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let hint = "if it is `journal` or `store` or `vault` now, keep it by `moved = { from = \"data\" }` there";
    assert!(said.contains(hint), "{said}");
    write(&zone, &MOVED);

    let steps = plan(&sandbox, &zone);
    let address = |region: &str, rest: &str| format!("dev/{region}/kms/{rest}");
    assert_eq!(with(&steps, "create"), [address(HOME, "alias/vault"), address(AWAY, "alias/vault")]);
    assert_eq!(with(&steps, "orphan"), [address(HOME, "alias/secrets"), address(AWAY, "alias/secrets")]);
    let tags = vec!["tags[landfall:address]".to_owned()];
    let told = [vec!["description".to_owned()], tags.clone()].concat();
    for (address, paths) in [
        (address(HOME, "key/journal"), &tags),
        (address(HOME, "key/store"), &tags),
        (address(HOME, "key/vault"), &told),
        (address(AWAY, "replica-key/vault"), &told),
    ] {
        assert_eq!(steps[&address], ("update".to_owned(), paths.clone()), "{address}");
    }
    assert_eq!(steps.len(), 8, "{steps:?}");
    let said = sandbox.run(&zone, &["plan"]).expect(0).stdout;
    assert!(said.contains("until then whoever calls its key so goes on"), "{said}");

    sandbox.apply(&zone);
    assert_eq!(keys(&dev), before);
    let both: BTreeMap<_, _> =
        named.clone().into_iter().chain([("vault".to_owned(), named["secrets"].clone())]).collect();
    assert_eq!(aliases(&dev, HOME), both, "the old alias leads to the same key until it is pruned");
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    sandbox.expect_settled(&zone);
    assert_eq!(aliases(&dev, AWAY), BTreeMap::from([("vault".to_owned(), named["secrets"].clone())]));

    for (path, text) in MOVED {
        zone.write(path, &without("moved", text));
    }
    sandbox.expect_settled(&zone);
    assert_eq!(keys(&dev), before);
}

#[test]
fn a_key_that_moved_is_missed_where_it_is_going_and_found_where_its_tags_are_gone() {
    let (sandbox, zone) = zone(&KEYS);
    let dev = sandbox.behind().member("dev");
    let before = keys(&dev);
    let id = |name: &str| dev.key(HOME, &format!("alias/acme/{name}"));
    let (data, secrets) = (id("data"), id("secrets"));
    done(dev.kms(HOME).schedule_key_deletion().key_id(&data).pending_window_in_days(7).send());
    for region in [HOME, AWAY] {
        let untag = dev.kms(region).untag_resource().key_id(&secrets).tag_keys("landfall:address");
        done(untag.tag_keys("landfall:organization").send());
    }
    write(&zone, &MOVED);
    let steps = sandbox.run(&zone, &["plan", "--json"]).expect(3).steps();
    let vault = ["dev/ap-southeast-2/kms/key/vault", "dev/us-west-2/kms/replica-key/vault"];
    assert_eq!(with(&steps, "adopt"), vault, "by its alias of before: {steps:?}");
    let (action, paths) = &steps["dev/ap-southeast-2/kms/key/store"];
    assert_eq!((action.as_str(), paths[0].as_str()), ("update", "deletion"), "its deletion is cancelled");
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    // The old alias is ours only now that the key is again.
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    sandbox.expect_settled(&zone);
    assert_eq!(keys(&dev), before);
}

#[test]
fn a_saml_provider_that_moved_is_the_same_and_who_comes_by_it_notices_nothing() {
    const DEV: &str = "unit = \"Workloads\"\n\n[identity_providers.okta]\nmetadata = \"policies/saml/okta.xml\"\n\n\
                       [roles.person]\ntrust = [\"saml:okta\"]\n";
    const SAML: &str = include_str!("support/saml.xml");
    let (sandbox, zone) = zone(&[("accounts/dev.toml", DEV), ("policies/saml/okta.xml", SAML)]);
    let iam = sandbox.behind().member("dev").iam();
    let all = || done(iam.list_saml_providers().send()).saml_provider_list.unwrap_or_default();
    let before = all();
    let renamed = DEV.replace("providers.okta]", "providers.people]\nname = \"okta\"");
    let renamed = renamed.replace("saml:okta", "saml:people");
    let moved = renamed.replace("metadata", "moved = { from = \"okta\" }\nmetadata");
    zone.write("accounts/dev.toml", &moved);
    let tags = ("update".to_owned(), vec!["tags[landfall:address]".to_owned()]);
    let people = "dev/global/iam/saml-provider/people".to_owned();
    assert_eq!(plan(&sandbox, &zone), BTreeMap::from([(people, tags)]));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(all(), before);
    zone.write("accounts/dev.toml", &renamed);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_unit_that_moved_is_renamed_with_all_that_lies_in_it() {
    let stay = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#;
    let of = |units: &str| ORGANIZATION.replace("Workloads = {}", units);
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&[("policies/scp/stay.json", stay)]));
    zone.write(
        "organization.toml",
        &of("Workloads = {}\n\"Workloads/Prd\" = { policies = [\"stay\"] }\n\"Workloads/Prd/EU\" = {}"),
    );
    zone.write("accounts/shop.toml", "unit = \"Workloads/Prd\"\n");
    zone.write("accounts/euro.toml", "unit = \"Workloads/Prd/EU\"\n");
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let (prd, eu) = (behind.unit("Workloads/Prd"), behind.unit("Workloads/Prd/EU"));

    let renamed = |moved: [&str; 2]| {
        of(&format!(
            "Workloads = {{}}\n\"Workloads/Prod\" = {{ policies = [\"stay\"]{} }}\n\"Workloads/Prod/Europe\" = {{ {} }}",
            moved[0], moved[1]
        ))
    };
    let moved = [", moved = { from = \"Workloads/Prd\" }", "moved = { from = \"Workloads/Prod/EU\" }"];
    zone.write("organization.toml", &renamed(moved));
    zone.write("accounts/shop.toml", "unit = \"Workloads/Prod\"\n");
    zone.write("accounts/euro.toml", "unit = \"Workloads/Prod/Europe\"\n");
    let update = ("update".to_owned(), vec!["name".to_owned(), "tags[landfall:address]".to_owned()]);
    let unit = |path: &str| format!("management/global/organizations/unit/{path}");
    let expected = ["Workloads/Prod", "Workloads/Prod/Europe"].map(|path| (unit(path), update.clone()));
    assert_eq!(plan(&sandbox, &zone), expected.into(), "nothing moves, and no guardrail is lifted");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!((behind.unit("Workloads/Prod"), behind.unit("Workloads/Prod/Europe")), (prd.clone(), eu));
    let stay = behind.policy("stay", PolicyType::ServiceControlPolicy);
    let targets = done(behind.organizations().list_targets_for_policy().policy_id(stay).send());
    let targets: Vec<_> =
        targets.targets.unwrap_or_default().into_iter().filter_map(|it| it.target_id).collect();
    assert_eq!(targets, [prd]);
    zone.write("organization.toml", &renamed(["", ""]));
    sandbox.expect_settled(&zone);
}

const LAB: &str = r#"
[vpc.lab]
account   = "dev"
cidr      = "10.48.0.0/16"
zones     = 1
tiers     = { dmz = 24, application = 20, data = 22 }
endpoints = ["s3"]
"#;

#[test]
fn an_account_that_moved_takes_all_along_that_lies_in_it() {
    let dev = "unit = \"Workloads\"\nname = \"dev\"\nemail = \"aws+dev@acme.example\"\n\n[keys.data]\nreplicas = [\"us-west-2\"]\n";
    let (sandbox, zone) = zone(&[("accounts/dev.toml", dev), ("network/lab.toml", LAB)]);
    let behind = sandbox.behind().member("dev");
    let before = keys(&behind);
    // So that its tags alone tell which key it is.
    done(behind.kms(HOME).delete_alias().alias_name("alias/acme/data").send());
    std::fs::remove_file(zone.path().join("accounts/dev.toml")).unwrap();
    let top = "unit = \"Workloads\"\nmoved = { from = \"dev\" }\n";
    zone.write("accounts/play.toml", &dev.replace("unit = \"Workloads\"\n", top));
    zone.write("network/lab.toml", &LAB.replace("\"dev\"", "\"play\""));
    let mut steps = plan(&sandbox, &zone);
    let alias = steps.remove("play/ap-southeast-2/kms/alias/data").map(|(action, _)| action);
    assert_eq!(alias.as_deref(), Some("create"));
    assert!(steps.len() > 10, "{steps:?}");
    expect_tags_alone(&steps);
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(keys(&sandbox.behind().member("dev")), before);
    zone.write("accounts/play.toml", dev);
    sandbox.expect_settled(&zone);
}

/// Two VPCs, joined; one of them has a resolver, and the other one can't ask for something.
const NETWORK: &str = r#"
[transit]
account  = "hub"
segments = { prod = [], shared = ["prod"] }

[vpc.hub]
account = "hub"
cidr    = "10.0.0.0/16"
zones   = 2
segment = "shared"
tiers   = { application = 20 }

[vpc.shop]
account = "shop"
cidr    = "10.32.0.0/16"
zones   = 2
segment = "prod"
tiers   = { application = 20 }

[resolver.main]
vpc      = "hub"
inbound  = true
outbound = true

[forward."corp.acme.example"]
to       = ["192.168.10.10"]
segments = ["prod"]

[firewall.bad]
account  = "hub"
block    = ["*.bad.example"]
segments = ["prod"]
"#;

/// All that AWS calls by an id in an account of the network.
fn network(behind: &Behind) -> BTreeSet<String> {
    let (ec2, resolver) = (behind.ec2(HOME), behind.resolver(HOME));
    let tables = done(ec2.describe_transit_gateway_route_tables().send());
    let tables = tables.transit_gateway_route_tables.unwrap_or_default().into_iter();
    let groups = done(ec2.describe_security_groups().send()).security_groups.unwrap_or_default().into_iter();
    let endpoints = done(resolver.list_resolver_endpoints().send()).resolver_endpoints.unwrap_or_default();
    let lists = done(resolver.list_firewall_domain_lists().send()).firewall_domain_lists.unwrap_or_default();
    let walls = done(resolver.list_firewall_rule_groups().send()).firewall_rule_groups.unwrap_or_default();
    let ids = tables.filter_map(|it| it.transit_gateway_route_table_id);
    let ids = ids.chain(groups.filter_map(|it| it.group_id));
    let ids = ids.chain(endpoints.into_iter().filter_map(|it| it.id));
    ids.chain(lists.into_iter().filter_map(|it| it.id))
        .chain(walls.into_iter().filter_map(|it| it.id))
        .collect()
}

#[test]
fn segments_resolvers_and_firewalls_that_moved_are_the_same() {
    let unit = "unit = \"Workloads\"\n";
    let files = [("accounts/hub.toml", unit), ("accounts/shop.toml", unit), ("network/main.toml", NETWORK)];
    let (sandbox, zone) = zone(&files);
    let hub = sandbox.behind().member("hub");
    let before = network(&hub);
    assert!(before.len() > 8, "{before:?}");
    let renamed = NETWORK
        .replace("prod = []", "production = []")
        .replace("[\"prod\"]", "[\"production\"]")
        .replace("= \"prod\"", "= \"production\"")
        .replace("[resolver.main]", "[resolver.hub]\nname     = \"main\"")
        .replace("[firewall.bad]", "[firewall.blocked]\nname     = \"bad\"");
    let moved = renamed
        .replace("[transit]", "[transit]\nmoved    = { production = { from = \"prod\" } }")
        .replace("\"main\"", "\"main\"\nmoved    = { from = \"main\" }")
        .replace("\"bad\"", "\"bad\"\nmoved    = { from = \"bad\" }");
    zone.write("network/main.toml", &moved);
    let steps = plan(&sandbox, &zone);
    expect_tags_alone(&steps);
    for part in [
        "hub/ap-southeast-2/ec2/transit-gateway-route-table/production",
        "hub/ap-southeast-2/ec2/security-group/hub/resolver-hub-inbound",
        "hub/ap-southeast-2/route53resolver/endpoint/hub-outbound",
        "hub/ap-southeast-2/route53resolver/firewall-rule-group/blocked",
        "hub/ap-southeast-2/route53resolver/firewall-domain-list/blocked",
        "shop/ap-southeast-2/route53resolver/firewall-association/shop/blocked",
    ] {
        assert!(steps.contains_key(part), "{part} is not in {steps:?}");
    }
    assert_eq!(steps.len(), 8, "{steps:?}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(network(&hub), before);
    zone.write("network/main.toml", &renamed);
    sandbox.expect_settled(&zone);
}
