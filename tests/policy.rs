//! The policies that `landfall policy` prints let through every call that is made, and nothing is called besides.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use landfall::{
    kinds::{self, s3::probe},
    runs,
};
use serde_json::{Value, json};
use syn::visit::{self, Visit};

use crate::{
    runs::lease::{ended, spawn, until},
    support::{Call, Sandbox, Zone, behind::done},
};

/// The account of whoever the sandbox takes for its administrator.
const MANAGEMENT: &str = "123456789012";

/// What a run needs, and whom it asks.
struct Allowed {
    management: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Allowed {
    fn by(sandbox: &Sandbox, zone: &Zone, arguments: &[&str]) -> Self {
        let arguments: Vec<_> = ["policy"].iter().chain(arguments).chain(&["--json"]).copied().collect();
        let told = sandbox.run(zone, &arguments).expect(0).json();
        let needed = told["needed"].as_array().unwrap();
        let actions = |holder: &Value| {
            let policies = holder["policies"].as_array().unwrap().iter();
            let statements = policies.flat_map(|policy| many(&policy["Statement"]));
            statements.flat_map(|statement| many(&statement["Action"])).map(|action| text(&action)).collect()
        };
        let [management, members] = [actions(&needed[0]), actions(&needed[1])];
        Self { management, members }
    }

    /// The calls that are not allowed.
    fn refused(&self, sandbox: &Sandbox) -> BTreeSet<String> {
        let refused = |call: &Call| {
            let actions = actions(&call.service, &call.operation);
            let whose =
                if call.account.as_deref() == Some(MANAGEMENT) { &self.management } else { &self.members };
            let is_refused = !actions.iter().any(|action| whose.contains(action));
            is_refused.then(|| format!("{} of {}: {actions:?}", call.operation, call.service))
        };
        sandbox.control().calls().iter().filter_map(refused).collect()
    }
}

fn many(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The actions of which one allows a call: those of its name, but where IAM calls them otherwise.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
fn actions(service: &str, operation: &str) -> Vec<String> {
    let service = match service {
        "s3-control" => "s3",
        "monitoring" => "cloudwatch",
        service => service,
    };
    let names: &[&str] = match (service, operation) {
        // No permission is needed for it.
        ("sts", "GetCallerIdentity") => return vec!["sts:AssumeRole".to_owned()],
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
        ("s3", "ListBuckets") => &["ListAllMyBuckets"],
        ("s3", "HeadBucket" | "ListObjectsV2") => &["ListBucket"],
        ("s3", "HeadObject") => &["GetObject"],
        // Of a version, which is all that is ever deleted.
        ("s3", "DeleteObject") => &["DeleteObjectVersion"],
        ("s3", "GetBucketEncryption") => &["GetEncryptionConfiguration"],
        ("s3", "PutBucketEncryption") => &["PutEncryptionConfiguration"],
        ("s3", "GetBucketReplication") => &["GetReplicationConfiguration"],
        ("s3", "PutBucketReplication" | "DeleteBucketReplication") => &["PutReplicationConfiguration"],
        ("s3", "GetBucketLifecycleConfiguration") => &["GetLifecycleConfiguration"],
        ("s3", "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle") => &["PutLifecycleConfiguration"],
        ("s3", "GetObjectLockConfiguration") => &["GetBucketObjectLockConfiguration"],
        ("s3", "PutObjectLockConfiguration") => &["PutBucketObjectLockConfiguration"],
        // Of a bucket, and of an account.
        ("s3", "GetPublicAccessBlock") => &["GetBucketPublicAccessBlock", "GetAccountPublicAccessBlock"],
        ("s3", "PutPublicAccessBlock" | "DeletePublicAccessBlock") => {
            &["PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock"]
        }
        (_, operation) => return vec![format!("{service}:{operation}")],
    };
    names.iter().map(|name| format!("{service}:{name}")).collect()
}

#[test]
fn plan_and_drift_call_nothing_that_their_policy_does_not_allow() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let reading = Allowed::by(&sandbox, &zone, &["plan"]);
    let applying = Allowed::by(&sandbox, &zone, &["apply"]);
    sandbox.run(&zone, &["plan"]).expect(0);
    assert_eq!(reading.refused(&sandbox), BTreeSet::new(), "where nothing is yet");
    sandbox.control().forget_calls();
    sandbox.apply(&zone);
    assert_eq!(applying.refused(&sandbox), BTreeSet::new(), "of the first apply");
    sandbox.control().forget_calls();
    sandbox.run(&zone, &["plan"]).expect(0);
    for command in ["drift", "doctor", "history"] {
        sandbox.run(&zone, &[command]).expect(0);
    }
    assert_eq!(reading.refused(&sandbox), BTreeSet::new(), "where all is there");
    for script in ["behind.py", "network_behind.py"] {
        sandbox.reader(script);
        sandbox.control().forget_calls();
        sandbox.apply(&zone);
        assert_eq!(applying.refused(&sandbox), BTreeSet::new(), "of what repairs {script}");
    }
    // Most of it leaves.
    let pruning = Allowed::by(&sandbox, &zone, &["apply", "--prune"]);
    zone.write("network/dns.toml", "");
    zone.write("policies/assertions.toml", "");
    let organization = zone.read("organization.toml");
    zone.write("organization.toml", organization.split_once("\n[logs]").unwrap().0);
    sandbox.control().forget_calls();
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    assert_eq!(pruning.refused(&sandbox), BTreeSet::new(), "of what leaves");
}

#[test]
fn policies_for_reading_change_nothing_and_no_action_is_a_pattern() {
    const READS: [&str; 6] = ["Describe", "Get", "List", "Search", "Lookup", "Head"];
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let reading = Allowed::by(&sandbox, &zone, &["plan"]);
    for action in reading.management.iter().chain(&reading.members) {
        let name = action.split_once(':').unwrap().1;
        assert!(READS.iter().any(|read| name.starts_with(read)) || action == "sts:AssumeRole", "{action}");
    }
    let all = Allowed::by(&sandbox, &zone, &["apply", "--prune"]);
    assert!(all.management.union(&all.members).all(|action| !action.contains('*')));
    assert!(reading.members.is_subset(&all.members) && reading.management.is_subset(&all.management));
}

#[test]
fn each_policy_fits_into_a_managed_one_and_says_which_roles_are_entered() {
    let zone = Zone::sample();
    let told = crate::support::ran({
        let mut command = crate::support::binary();
        command.arg("-C").arg(zone.path()).args(["policy", "apply", "--account", "management"]);
        command
    })
    .expect(0);
    let policies: Vec<Value> =
        serde_json::Deserializer::from_str(&told.stdout).into_iter().collect::<Result<_, _>>().unwrap();
    let mut sids: BTreeMap<String, usize> = BTreeMap::new();
    for policy in &policies {
        // What AWS counts: characters that are no white space.
        assert!(policy.to_string().len() <= 6_144);
        for statement in many(&policy["Statement"]) {
            *sids.entry(text(&statement["Sid"])).or_default() += 1;
            if statement["Sid"] == "Enter" {
                assert_eq!(statement["Resource"], "arn:aws:iam::*:role/OrganizationAccountAccessRole");
            } else {
                assert!(!many(&statement["Action"]).is_empty());
            }
        }
    }
    assert!(sids.contains_key("Enter") && sids.values().all(|count| *count == 1), "{sids:?}");
    assert!(told.stderr.contains("For `management`: "), "{}", told.stderr);
}

#[test]
fn roles_are_entered_by_what_aws_calls_them() {
    let zone = Zone::sample();
    zone.replace("organization.toml", "[access] ", "[access]\nvia = [\"dev/pipeline\"] ");
    let dev = zone.read("accounts/dev.toml");
    let hop =
        "[roles.pipeline]\nname = \"acme-pipeline\"\npath = \"/ci/\"\ntrust = [\"account:management\"]\n";
    zone.write("accounts/dev.toml", &format!("{dev}\n{hop}"));
    let told = crate::support::ran({
        let mut command = crate::support::binary();
        command.arg("-C").arg(zone.path()).args(["policy", "plan", "--json"]);
        command
    })
    .expect(0)
    .json();
    for needed in told["needed"].as_array().unwrap() {
        let policies = needed["policies"].as_array().unwrap().iter();
        let enter = policies.flat_map(|policy| many(&policy["Statement"])).find(|one| one["Sid"] == "Enter");
        let roles = ["OrganizationAccountAccessRole", "ci/acme-pipeline"];
        let arns = roles.map(|role| format!("arn:aws:iam::*:role/{role}"));
        assert_eq!(many(&enter.unwrap()["Resource"]).iter().map(text).collect::<Vec<_>>(), arns);
    }
}

/// The operations that a source file names outside of its tests: calls are made by their name.
#[derive(Default)]
struct Operations(BTreeSet<String>);

impl<'ast> Visit<'ast> for Operations {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        const VERBS: [&str; 34] = [
            "Accept",
            "Associate",
            "Attach",
            "Authorize",
            "Cancel",
            "Change",
            "Create",
            "Delete",
            "Deregister",
            "Describe",
            "Detach",
            "Disable",
            "Disassociate",
            "Enable",
            "Get",
            "Head",
            "List",
            "Modify",
            "Move",
            "Put",
            "Register",
            "Reject",
            "Release",
            "Replace",
            "Replicate",
            "Revoke",
            "Schedule",
            "Set",
            "Start",
            "Stop",
            "Subscribe",
            "Tag",
            "Untag",
            "Update",
        ];
        let text = literal.value();
        let is_operation = |verb: &str| {
            let object = text.strip_prefix(verb).unwrap_or_default();
            object.starts_with(char::is_uppercase) && object.chars().all(char::is_alphanumeric)
        };
        if VERBS.iter().any(|verb| is_operation(verb)) {
            self.0.insert(text);
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// No life of a sandbox makes every call: some are made only where there are many accounts, or something went wrong.
#[test]
fn every_call_that_a_kind_can_make_is_among_the_actions_of_its_service() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    allowed.entry("runs").or_default().extend(runs::ACTIONS);
    for kind in kinds::ALL {
        let actions = kind.actions();
        let all = [actions.read, actions.create, actions.update, actions.delete].concat();
        allowed.entry(kind.service()).or_default().extend(all);
    }
    let probes = [probe::WRITES, probe::READS, probe::LISTS].concat().into_iter().collect();
    let (mut seen, mut missing) = (0, Vec::new());
    for path in [source.join("kinds"), source.join("runs")].iter().flat_map(|folder| sources(folder)) {
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        if name.ends_with("tests.rs") {
            continue;
        }
        let mut operations = Operations::default();
        operations.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
        let folder =
            if name.starts_with("runs") { "runs" } else { name.split('/').nth(1).unwrap_or_default() };
        // What `doctor --replication` puts into buckets is no part of a plan or an apply.
        let of_folder = if name.ends_with("s3/probe.rs") { Some(&probes) } else { allowed.get(folder) };
        for operation in operations.0 {
            let names = actions(if folder == "runs" { "s3" } else { folder }, &operation);
            // Folders are called after the SDK's crates, and actions after services.
            let is_allowed = |name: &String| {
                let suffix = &name[name.find(':').unwrap_or_default()..];
                of_folder.into_iter().flatten().any(|action| action.ends_with(suffix))
            };
            seen += 1;
            if !names.iter().any(is_allowed) {
                missing.push(format!("{name}: {operation}"));
            }
        }
    }
    assert!(seen > 250, "{seen}");
    assert_eq!(missing, Vec::<String>::new());
}

/// What is done once in a while: looked into, taken over, taken away.
#[test]
fn whatever_else_is_done_calls_nothing_that_the_policies_do_not_allow() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    zone.replace("organization.toml", "[organization]\n", "[organization]\ndestroyable = true\n");
    let reading = Allowed::by(&sandbox, &zone, &["plan"]);
    let applying = Allowed::by(&sandbox, &zone, &["apply"]);
    let pruning = Allowed::by(&sandbox, &zone, &["apply", "--prune"]);
    sandbox.apply(&zone);
    let expect = |allowed: &Allowed, args: &[&str], code: i32| {
        sandbox.control().forget_calls();
        let ran = sandbox.run(&zone, args).expect(code);
        assert_ne!(sandbox.control().calls().len(), 0, "{args:?}");
        assert_eq!(allowed.refused(&sandbox), BTreeSet::new(), "{args:?}");
        ran
    };
    expect(&reading, &["show", "prod/deployer"], 0);
    expect(&reading, &["reach", "vpc:dev/application", "vpc:prod/application", "--live"], 0);
    expect(&reading, &["doctor"], 0);
    expect(&reading, &["unlock"], 0);
    let told = expect(&reading, &["history", "--json"], 0).json();
    std::fs::remove_dir_all(sandbox.state()).unwrap();
    expect(&reading, &["history", told["runs"][0]["run"].as_str().unwrap()], 0);
    let iam = sandbox.behind().member("prod").iam();
    let tags = ["landfall:organization", "landfall:address"].map(ToOwned::to_owned);
    done(iam.untag_role().role_name("deployer").set_tag_keys(Some(tags.to_vec())).send());
    expect(&applying, &["apply", "--adopt", "--yes"], 0);
    expect(&pruning, &["destroy", "--confirm", "acme"], 0);
}

#[test]
fn a_look_for_the_copy_of_the_archive_calls_nothing_that_its_policy_does_not_allow() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let probing = Allowed::by(&sandbox, &zone, &["plan", "--replication"]);
    sandbox.apply(&zone);
    sandbox.control().forget_calls();
    sandbox.run(&zone, &["doctor", "--replication"]).expect(3);
    assert!(sandbox.control().calls().iter().any(|call| call.operation == "PutObject"));
    assert_eq!(probing.refused(&sandbox), BTreeSet::new());
    let reading = Allowed::by(&sandbox, &zone, &["plan"]);
    assert!(!reading.members.contains("s3:PutObject") && probing.members.contains("s3:PutObject"));
    zone.replace("organization.toml", "replicate =", "#");
    let nothing = sandbox.run(&zone, &["policy", "plan", "--replication"]).expect(1).stderr;
    assert!(nothing.contains("nothing is copied"), "{nothing}");
}

/// Neither by who takes the lease away, nor by who loses it and looks whose it is.
#[test]
fn a_lease_that_is_taken_away_calls_nothing_that_the_policy_does_not_allow() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let applying = Allowed::by(&sandbox, &zone, &["apply"]);
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 5000}));
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("LANDFALL_TEST_LEASE_SECONDS", "6");
    let child = spawn(command);
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    sandbox.run(&zone, &["unlock", "--yes"]).expect(0);
    let lost = ended(child).expect(3);
    assert!(lost.stderr.contains("was broken by arn:"), "{}", lost.stderr);
    sandbox.control().no_faults();
    sandbox.apply(&zone);
    assert_eq!(applying.refused(&sandbox), BTreeSet::new());
}
