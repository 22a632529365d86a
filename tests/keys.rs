//! Keys through the real binary: whatever happens to one, the first key stays the one that is used.

use std::{collections::BTreeMap, thread, time::Duration};

use aws_sdk_kms::{Client, types::KeyState};
use serde_json::json;

use crate::support::{Behind, Sandbox, Zone, behind::done, organization};

const HOME: &str = "ap-southeast-2";
const AWAY: &str = "us-west-2";
/// A Region that the landing zone does not use.
const ELSEWHERE: &str = "eu-west-1";

const ORGANIZATION: &str = organization!("kinds" in "ap-southeast-2", "us-west-2");
const DEV: &str = r#"
unit = "Workloads"

[keys.data]
rotate = "180d"

[keys.secrets]
replicas = ["us-west-2"]
"#;
const BARE: &str = "unit = \"Workloads\"\n";

const DATA: &str = "dev/ap-southeast-2/kms/key/data";
const SECRETS: &str = "dev/ap-southeast-2/kms/key/secrets";
const REPLICA: &str = "dev/us-west-2/kms/replica-key/secrets";

/// A landing zone with two keys, one of them with a replica, applied.
struct Keys {
    sandbox: Sandbox,
    zone: Zone,
    dev: Behind,
}

impl Keys {
    fn applied() -> Self {
        let (sandbox, zone) = (Sandbox::start(), zone());
        sandbox.apply(&zone);
        sandbox.expect_settled(&zone);
        let dev = sandbox.behind().member("dev");
        Self { sandbox, zone, dev }
    }

    fn home(&self) -> Client {
        self.dev.kms(HOME)
    }

    fn away(&self) -> Client {
        self.dev.kms(AWAY)
    }

    fn data(&self) -> String {
        self.dev.key(HOME, "alias/kinds/data")
    }

    fn secrets(&self) -> String {
        self.dev.key(HOME, "alias/kinds/secrets")
    }

    fn state(&self, region: &str, key: &str) -> KeyState {
        let described = done(self.dev.kms(region).describe_key().key_id(key).send());
        described.key_metadata.unwrap().key_state.unwrap()
    }

    /// What drift finds: the first changed path of each address, or what is to be done.
    #[track_caller]
    fn drift(&self) -> BTreeMap<String, String> {
        let drift = self.sandbox.drift(&self.zone, 2).into_iter();
        drift
            .map(|(address, (action, paths))| (address, paths.into_iter().next().unwrap_or(action)))
            .collect()
    }

    #[track_caller]
    fn expect_drift(&self, expected: &[(&str, &str)]) {
        let pair = |(address, path): &(&str, &str)| ((*address).to_owned(), (*path).to_owned());
        assert_eq!(self.drift(), expected.iter().map(pair).collect());
    }

    #[track_caller]
    fn repair(&self) {
        self.sandbox.apply(&self.zone);
        self.sandbox.expect_settled(&self.zone);
    }

    /// Takes both keys out of the TOML; `[removed]` lists these.
    fn remove(&self, addresses: &[&str]) {
        self.zone.write("accounts/dev.toml", BARE);
        let removed = format!("{ORGANIZATION}\n[removed]\naddresses = {addresses:?}\n");
        self.zone.write("organization.toml", &removed);
    }
}

fn zone() -> Zone {
    Zone::of(&[("organization.toml", ORGANIZATION), ("accounts/dev.toml", DEV)])
}

/// A policy that lets the whole account in.
fn wide(dev: &Behind, key: &str) -> String {
    let policy = done(dev.kms(HOME).get_key_policy().key_id(key).send()).policy.unwrap();
    let mut policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let anyone = json!({"Sid": "Anyone", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"});
    policy["Statement"].as_array_mut().unwrap().push(anyone);
    policy.to_string()
}

#[test]
fn what_is_done_to_keys_behind_our_back_is_named_and_repaired_at_once() {
    let keys = Keys::applied();
    let (home, away, data, secrets) = (keys.home(), keys.away(), keys.data(), keys.secrets());
    done(home.put_key_policy().key_id(&data).policy(wide(&keys.dev, &data)).send());
    done(home.disable_key_rotation().key_id(&secrets).send());
    done(home.update_alias().alias_name("alias/kinds/data").target_key_id(&secrets).send());
    done(away.put_key_policy().key_id(&secrets).policy(wide(&keys.dev, &secrets)).send());
    done(away.delete_alias().alias_name("alias/kinds/secrets").send());
    let replica = &keys.drift()[REPLICA];
    assert!(replica.starts_with("policy["), "{replica}");
    keys.expect_drift(&[
        (DATA, "policy[Anyone].action"),
        (SECRETS, "rotation_days"),
        (REPLICA, replica),
        ("dev/ap-southeast-2/kms/alias/data", "target"),
        ("dev/us-west-2/kms/alias/secrets", "target"),
    ]);
    keys.repair();
    assert_eq!((keys.data(), keys.secrets()), (data, secrets));
}

#[test]
fn a_key_that_is_disabled_or_going_comes_back() {
    let keys = Keys::applied();
    let (data, secrets) = (keys.data(), keys.secrets());
    done(keys.home().disable_key().key_id(&data).send());
    keys.expect_drift(&[(DATA, "enabled")]);
    for region in [HOME, AWAY] {
        done(keys.dev.kms(region).schedule_key_deletion().key_id(&secrets).pending_window_in_days(7).send());
    }
    keys.expect_drift(&[(DATA, "enabled"), (SECRETS, "deletion"), (REPLICA, "deletion")]);
    keys.repair();
    assert_eq!((keys.data(), keys.secrets()), (data, secrets));
}

#[test]
fn a_key_without_tags_is_found_by_its_alias_and_a_replica_by_its_primary() {
    let keys = Keys::applied();
    let (data, secrets) = (keys.data(), keys.secrets());
    for (client, key) in [(keys.home(), &data), (keys.home(), &secrets), (keys.away(), &secrets)] {
        let untag = client.untag_resource().key_id(key).tag_keys("landfall:address");
        done(untag.tag_keys("landfall:organization").send());
    }
    // The replica waits for its primary, which is not taken over without leave.
    let drift = keys.sandbox.drift(&keys.zone, 3);
    let actions: Vec<_> = drift.values().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["adopt", "adopt", "adopt"], "{drift:?}");
    done(keys.home().schedule_key_deletion().key_id(&data).send());
    keys.sandbox.run(&keys.zone, &["apply", "--yes", "--adopt"]).expect(0);
    keys.sandbox.expect_settled(&keys.zone);
    assert_eq!((keys.data(), keys.secrets()), (data, secrets));
}

#[test]
fn a_create_whose_answer_is_lost_makes_no_twin() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let fault = |operation: &str, more: serde_json::Value| {
        let mut rule = json!({"service": "kms", "operation": operation, "times": 1});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sandbox.control().fault(&rule);
    };
    let unseen = json!({"error": "NotFoundException", "message": "Key does not exist"});
    fault("CreateKey", json!({"after": true, "drop": true}));
    fault("ReplicateKey", json!({"after": true, "error": "KMSInternalException", "status": 500}));
    fault("EnableKeyRotation", unseen.clone());
    fault("CreateAlias", unseen);
    sandbox.apply(&zone);
    sandbox.control().no_faults();
    sandbox.expect_settled(&zone);
    let dev = sandbox.behind().member("dev");
    let count = |region| done(dev.kms(region).list_keys().send()).keys.unwrap().len();
    assert_eq!((count(HOME), count(AWAY)), (2, 1));
}

#[test]
fn a_key_that_hides_its_tags_may_be_ours() {
    let keys = Keys::applied();
    let data = keys.data();
    done(keys.home().delete_alias().alias_name("alias/kinds/data").send());
    let denied = "User: x is not authorized to perform: kms:ListResourceTags on resource: k because no resource-based \
                  policy allows the kms:ListResourceTags action";
    keys.sandbox.control().fault(&json!({
        "service": "kms", "operation": "ListResourceTags", "contains": data,
        "error": "AccessDeniedException", "message": denied,
    }));
    let plan = keys.sandbox.run(&keys.zone, &["plan", "--json"]).json();
    let unreadable = plan["unreadable"].to_string();
    assert!(unreadable.contains("kms/key") && unreadable.contains(&data), "{plan}");
    done(keys.home().create_alias().alias_name("alias/theirs").target_key_id(&data).send());
    let plan = keys.sandbox.run(&keys.zone, &["plan", "--json"]).steps();
    assert_eq!(plan[DATA].0, "create", "a key that somebody else has named is somebody else's");
}

#[test]
fn the_primary_comes_home() {
    let keys = Keys::applied();
    let secrets = keys.secrets();
    done(keys.home().update_primary_region().key_id(&secrets).primary_region(AWAY).send());
    thread::sleep(Duration::from_millis(500));
    keys.expect_drift(&[(SECRETS, "primary_region"), (REPLICA, "primary_region")]);
    keys.repair();
    assert_eq!(keys.secrets(), secrets);
}

#[test]
fn a_replica_of_somebody_elses_making_is_taken_out_of_use() {
    let keys = Keys::applied();
    let secrets = keys.secrets();
    done(keys.home().replicate_key().key_id(&secrets).replica_region(ELSEWHERE).send());
    thread::sleep(Duration::from_millis(500));
    keys.expect_drift(&[(SECRETS, "replicas[eu-west-1]")]);
    keys.repair();
    assert_eq!(keys.state(ELSEWHERE, &secrets), KeyState::Disabled);
}

#[test]
fn keys_go_only_when_they_are_listed_and_replicas_first() {
    let keys = Keys::applied();
    let (data, secrets) = (keys.data(), keys.secrets());
    keys.remove(&[]);
    keys.sandbox.run(&keys.zone, &["apply", "--yes", "--prune"]).expect(0);
    let orphans: Vec<_> = keys
        .sandbox
        .drift(&keys.zone, 2)
        .into_iter()
        .map(|(address, (action, _))| (address, action))
        .collect();
    assert_eq!(orphans, [DATA, SECRETS, REPLICA].map(|address| (address.to_owned(), "orphan".to_owned())));
    keys.remove(&[SECRETS]);
    let refused = keys.sandbox.run(&keys.zone, &["apply", "--yes", "--prune"]);
    assert!(
        refused.code != 0 && refused.stderr.contains("its replica in us-west-2 is still there"),
        "{refused:?}"
    );
    keys.remove(&[DATA, SECRETS, REPLICA]);
    keys.sandbox.run(&keys.zone, &["apply", "--yes", "--prune"]).expect(0);
    keys.sandbox.expect_settled(&keys.zone);
    assert_eq!(keys.state(HOME, &data), KeyState::PendingDeletion);
    assert_eq!(keys.state(HOME, &secrets), KeyState::PendingReplicaDeletion);
    assert_eq!(keys.state(AWAY, &secrets), KeyState::PendingDeletion);
    keys.zone.write("organization.toml", ORGANIZATION);
    keys.zone.write("accounts/dev.toml", DEV);
    keys.repair();
    assert_eq!((keys.data(), keys.secrets()), (data, secrets), "wanted again, they are the same");
}

#[test]
fn replicas_can_not_be_added_to_a_single_region_key() {
    let keys = Keys::applied();
    keys.zone.replace("accounts/dev.toml", "rotate = \"180d\"", "replicas = [\"us-west-2\"]");
    let plan = keys.sandbox.run(&keys.zone, &["plan", "--json"]).json();
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["address"] == DATA).unwrap();
    assert_eq!(step["action"], "blocked", "{step}");
    assert!(step.to_string().contains("a new key under another name"), "{step}");
}

#[test]
fn a_plan_without_changes_asks_little_about_keys() {
    let keys = Keys::applied();
    keys.sandbox.control().forget_calls();
    keys.sandbox.run(&keys.zone, &["plan"]).expect(0);
    let calls = keys.sandbox.control().calls().into_iter().filter(|call| call.service == "kms").count();
    // Five for a key, four for a replica; the lists of each place with keys; one list of each place without.
    assert!(calls <= 2 * 5 + 4 + 2 * 2 + 2, "{calls} calls");
}
