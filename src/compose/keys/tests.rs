//! Compiled policies as a whole, from the TOML that asks for them.

use insta::assert_snapshot;

use super::*;
use crate::{
    compose::compose as compose_all,
    config::{self, Files},
    engine::{doc::Field, env::Env, graph::Graph},
    names::KeyRef,
};

const ACCOUNTS: [(&str, &str); 3] = [
    (
        "accounts/logging.toml",
        "unit = 'Security'\n[roles.break-glass]\ntrust = ['service:ec2']\nbreak_glass = true\n",
    ),
    (
        "accounts/security.toml",
        "unit = 'Security'\n[roles.auditor]\ntrust = ['service:ec2']\n[roles.key-admin]\ntrust = ['service:ec2']\n",
    ),
    ("accounts/prod.toml", "unit = 'Security'\n[roles.deployer]\ntrust = ['service:ec2']\npath = '/ci/'\n"),
];

/// A landing zone in these Regions, the first being home, with these keys and what else stands in `organization.toml`.
fn zone_in(regions: &[&str], keys: &str, more: &str, files: &[(&str, &str)]) -> LandingZone {
    let mut all = Files::default();
    let organization = format!(
        "[organization]\nname = 'acme'\nemail = 'aws+{{account}}@acme.example'\nhome_region = '{}'\nregions = {regions:?}\n\
         [units]\nSecurity = {{}}\n{more}",
        regions[0]
    );
    all.insert("organization.toml", organization.as_bytes());
    all.insert("policies/keys.toml", keys.as_bytes());
    for (path, text) in ACCOUNTS.iter().chain(files) {
        all.insert(*path, text.as_bytes());
    }
    match config::parse(&all) {
        Ok(checked) => checked.zone,
        Err(complaints) => panic!("{}", complaints.render(false)),
    }
}

fn zone(keys: &str) -> LandingZone {
    zone_in(&["ap-southeast-2", "ap-southeast-4"], keys, "", &[])
}

/// The compiled policy of a key in one of its Regions, as people read it.
fn policy_of(zone: &LandingZone, key: &str, region: &str) -> String {
    let key = zone.key(&key.parse::<KeyRef>().expect("a key")).expect("it is stated");
    let region = region.parse().expect("a Region");
    let compiled = policy::compile(zone, key, region, &uses::uses(zone));
    let compiled = compiled.unwrap_or_else(|problem| panic!("{problem:?}"));
    let keyed = compiled.keyed();
    assert!(
        keyed.iter().all(|(key, statement)| statement.name() == Some(key.as_str())),
        "a name stands twice"
    );
    compiled.pretty()
}

/// The statements of these names only.
fn statements(zone: &LandingZone, key: &str, region: &str, sids: &[&str]) -> String {
    let policy: serde_json::Value = serde_json::from_str(&policy_of(zone, key, region)).expect("JSON");
    let all = policy["Statement"].as_array().expect("statements").iter();
    let wanted = all.filter(|it| it["Sid"].as_str().is_some_and(|sid| sids.contains(&sid)));
    wanted.map(|it| format!("{it:#}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plain_key_is_administered_and_nothing_else() {
    let zone = zone("[keys.logs]\naccount = 'logging'\nadmins = ['security/key-admin']\n");
    assert_snapshot!(policy_of(&zone, "logs", "ap-southeast-2"));
}

#[test]
fn in_the_management_account_the_account_administers() {
    let zone = zone("[keys.state]\naccount = 'management'\n");
    assert_snapshot!(statements(&zone, "state", "ap-southeast-2", &["Deployer", "Administer"]));
}

#[test]
fn roles_of_other_accounts_are_let_in_by_pattern() {
    let keys = "[keys.logs]\naccount = 'logging'\ndecrypt = ['security/auditor', 'prod/deployer']\n\
                encrypt = ['account:prod']\nuse = ['security/key-admin']\ngrant = ['prod/deployer']\n";
    let sids = ["Decrypt", "EncryptAccounts", "Use", "Grant"];
    assert_snapshot!(statements(&zone(keys), "logs", "ap-southeast-2", &sids));
}

const ARCHIVE: &str = "[trail]\narchive = 'logging/archive'\nkey = 'key:logs'\nalarms = false\n\
                       [archive]\naccount = 'logging'\nretention = '7y'\n\
                       replicate = { region = 'ap-southeast-4', key = 'key:copies' }\n[config]\n";

const ARCHIVE_KEYS: &str =
    "[keys.logs]\naccount = 'logging'\n[keys.copies]\naccount = 'logging'\nregion = 'ap-southeast-4'\n";

#[test]
fn a_trail_and_an_archive_ask_for_what_they_need() {
    let zone = zone_in(&["ap-southeast-2", "ap-southeast-4"], ARCHIVE_KEYS, ARCHIVE, &[]);
    let sids = [
        "CloudTrail",
        "CloudTrailReads",
        "CloudTrailBucket",
        "LogDelivery",
        "Config",
        "Firehose",
        "CopyFrom",
        "CopyTo",
    ];
    assert_snapshot!("trail", statements(&zone, "logs", "ap-southeast-2", &sids));
    assert_snapshot!("copies", statements(&zone, "copies", "ap-southeast-4", &sids));
}

#[test]
fn the_role_that_copies_may_do_what_both_keys_let_it() {
    let zone = zone_in(&["ap-southeast-2", "ap-southeast-4"], ARCHIVE_KEYS, ARCHIVE, &[]);
    let account = "logging".parse().expect("a name");
    let document = permissions(&zone, &account, crate::compose::derived::REPLICATION).expect("it uses keys");
    assert_snapshot!(document.pretty());
    assert!(permissions(&zone, &account, "nothing").is_none());
    let other = ARCHIVE.replace("[archive]\n", "[archive]\nkey = 'key:files'\n");
    let keys = format!("{ARCHIVE_KEYS}[keys.files]\naccount = 'logging'\n");
    let zone = zone_in(&["ap-southeast-2", "ap-southeast-4"], &keys, &other, &[]);
    let document = permissions(&zone, &account, crate::compose::derived::REPLICATION).expect("it uses keys");
    let statement = &document.to_value()["Statement"][0];
    assert_eq!(statement["Resource"], serde_json::json!(["${key.files}", "${key.logs}"]));
}

#[test]
fn what_an_intent_and_a_table_ask_for_is_said_once() {
    let stated = ARCHIVE_KEYS.replacen("'logging'\n", "'logging'\nencrypt = ['service:cloudtrail']\n", 1);
    let regions = ["ap-southeast-2", "ap-southeast-4"];
    let (asked, derived) =
        (zone_in(&regions, &stated, ARCHIVE, &[]), zone_in(&regions, ARCHIVE_KEYS, ARCHIVE, &[]));
    let (asked, derived) =
        (policy_of(&asked, "logs", "ap-southeast-2"), policy_of(&derived, "logs", "ap-southeast-2"));
    assert_eq!(asked.matches("\"CloudTrail\"").count(), 1);
    assert_eq!(asked.len(), derived.len());
}

const SERVICES: &str = "[keys.all]\naccount = 'logging'\nservices = ['ebs', 's3']\n\
     use = ['service:autoscaling', 'service:cloudwatch', 'service:logs', 'service:s3', 'service:sns']\n";

const OF_SERVICES: [&str; 8] =
    ["Through", "ThroughGrants", "AutoScaling", "AutoScalingGrants", "CloudWatch", "Logs", "S3", "Sns"];

#[test]
fn services_are_tied_to_what_they_use_a_key_for() {
    assert_snapshot!(statements(&zone(SERVICES), "all", "ap-southeast-2", &OF_SERVICES));
}

#[test]
fn partitions_differ() {
    let china = zone_in(&["cn-north-1"], SERVICES, "", &[]);
    assert_snapshot!(
        "china",
        statements(&china, "all", "cn-north-1", &["Deployer", "Through", "Logs", "S3"])
    );
    let government = zone_in(&["us-gov-west-1"], SERVICES, "", &[]);
    let sids = ["Deployer", "Through", "Logs", "AutoScaling"];
    assert_snapshot!("government", statements(&government, "all", "us-gov-west-1", &sids));
}

#[test]
fn a_replica_speaks_of_its_own_region() {
    let keys = "[keys.secrets]\naccount = 'logging'\nreplicas = ['ap-southeast-4']\nuse = ['service:logs']\n";
    let zone = zone(keys);
    assert_snapshot!("primary", statements(&zone, "secrets", "ap-southeast-2", &["Logs"]));
    assert_snapshot!("replica", statements(&zone, "secrets", "ap-southeast-4", &["Logs"]));
    let graph = graph(&zone);
    let labels: Vec<_> =
        graph.nodes().map(|(_, node)| &*node.label).filter(|it| it.contains("/kms/")).collect();
    assert_eq!(
        labels,
        [
            "logging/ap-southeast-2/kms/key/secrets",
            "logging/ap-southeast-4/kms/replica-key/secrets",
            "logging/ap-southeast-2/kms/alias/secrets",
            "logging/ap-southeast-4/kms/alias/secrets",
        ]
    );
}

fn graph(zone: &LandingZone) -> Graph {
    compose_all(zone).unwrap_or_else(|problems| panic!("{problems:?}")).graph
}

fn shown(graph: &Graph, label: &str, path: &str) -> serde_json::Value {
    let node = graph.node(graph.at_address(label).expect(label));
    match node.kind.desired(&node.spec, &Env::nothing_known()).get(path) {
        Some(Field::Is(value) | Field::After { shown: Some(value), .. }) => value.shown().clone(),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn intents_are_written_on_both_sides() {
    let keys = "[keys.secrets]\naccount = 'security'\nreplicas = ['ap-southeast-4']\ndecrypt = ['prod/deployer']\n\
                [keys.logs]\naccount = 'logging'\ndecrypt = ['prod/deployer']\nadmins = ['prod/deployer']\n";
    let own = (
        "accounts/prod.toml",
        "unit = 'Security'\n[roles.deployer]\ntrust = ['service:ec2']\n[keys.data]\nuse = ['deployer']\n",
    );
    let zone = zone_in(&["ap-southeast-2", "ap-southeast-4"], keys, "", &[own]);
    let (graph, role) = (graph(&zone), "prod/global/iam/role/deployer");
    assert_eq!(
        shown(&graph, role, "inline[landfall-keys][Decrypt].resource"),
        serde_json::json!(["${key.logs}", "${key.secrets@ap-southeast-4}", "${key.secrets}"])
    );
    assert_eq!(shown(&graph, role, "inline[landfall-keys][Administer].resource"), "${key.logs}");
    assert_eq!(shown(&graph, role, "inline[landfall-keys][Use].resource"), "${key.prod/data}");
    let node = graph.node(graph.at_address(role).expect(role));
    let needs: Vec<_> = node.needs.iter().map(|need| &*graph.node(*need).label).collect();
    for need in ["prod/ap-southeast-2/kms/key/data", "security/ap-southeast-4/kms/alias/secrets"] {
        assert!(needs.contains(&need), "{needs:?}");
    }
}

#[test]
fn symbols_of_keys_are_arns() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":"kms:Decrypt",
        "Resource":["${key.logs}","${key.logs@ap-southeast-4}"]}]}"#;
    let keys = "[keys.logs]\naccount = 'logging'\nreplicas = ['ap-southeast-4']\n";
    let files = [("policies/scp/deny.json", text)];
    let zone = zone_in(&["ap-southeast-2", "ap-southeast-4"], keys, "", &files);
    let graph = graph(&zone);
    let policy = "management/global/organizations/policy/scp/deny";
    assert_eq!(
        shown(&graph, policy, "policy[A].resource"),
        serde_json::json!(["${key.logs@ap-southeast-4}", "${key.logs}"])
    );
}

fn problem(statement: &str) -> Problem {
    let keys = "[keys.logs]\naccount = 'logging'\nstatements = 'policies/kms/more.json'\n";
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let zone = zone_in(&["ap-southeast-2"], keys, "", &[("policies/kms/more.json", &text)]);
    let Err(mut problems) = compose_all(&zone) else { panic!("there is a problem") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn statements_are_appended_unless_they_are_called_like_ours() {
    let statement = |sid: &str, account: &str| {
        format!(
            r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"kms:DescribeKey","Resource":"*"}}"#
        )
    };
    let clash = problem(&statement("Deployer", "123456789012"));
    assert_eq!(clash.origin.at.line, 3);
    assert_eq!(
        clash.message,
        "the statement `Deployer` of `policies/kms/more.json` is called like a compiled one"
    );
    let large = problem(&statement("Large", &"1".repeat(32 * 1024)));
    assert!(large.message.ends_with("and AWS takes 32768"), "{}", large.message);
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{}}}"#, statement("More", "${account.prod}"));
    let keys = "[keys.logs]\naccount = 'logging'\nstatements = 'policies/kms/more.json'\n";
    let zone = zone_in(&["ap-southeast-2"], keys, "", &[("policies/kms/more.json", &text)]);
    assert!(statements(&zone, "logs", "ap-southeast-2", &["More"]).contains("${account.prod}"));
    let graph = graph(&zone);
    let key = graph.node(graph.at_address("logging/ap-southeast-2/kms/key/logs").expect("the key"));
    let needs: Vec<_> = key.needs.iter().map(|need| &*graph.node(*need).label).collect();
    assert!(needs.contains(&"management/global/organizations/account/prod"), "{needs:?}");
}
