//! Keys, their replicas and aliases.

use super::{Case, Gone, NOTHING, done};

/// The alias of a key that is called `data`.
const DATA: &str = "alias/kinds/data";
const ANYONE: &str =
    r#"{"Sid":"Anyone","Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}"#;
/// A line of `[organization]`.
pub(super) const TWO_REGIONS: &str = "regions = [\"ap-southeast-2\", \"us-west-2\"]";

pub(super) const CASES: &[Case] = &[
    Case {
        kind: "kms/key",
        organization: "",
        dev: "[keys.data]",
        files: NOTHING,
        address: "dev/ap-southeast-2/kms/key/data",
        tamper: Some(|behind| {
            let (dev, region) = (behind.member("dev"), "ap-southeast-2");
            let (kms, key) = (dev.kms(region), dev.key(region, DATA));
            let policy = done(kms.get_key_policy().key_id(&key).send()).policy.unwrap();
            let open = policy.replacen("\"Statement\":[", &format!("\"Statement\":[{ANYONE},"), 1);
            done(kms.put_key_policy().key_id(key).policy(open).send());
        }),
        names: "policy[Anyone].action",
        without: ("", "", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "kms/replica-key",
        organization: "",
        dev: "[keys.data]\nreplicas = [\"us-west-2\"]",
        files: NOTHING,
        address: "dev/us-west-2/kms/replica-key/data",
        tamper: Some(|behind| {
            let kms = behind.member("dev").kms("us-west-2");
            let key = behind.member("dev").key("us-west-2", DATA);
            done(kms.update_key_description().key_id(key).description("somebody else's").send());
        }),
        names: "description",
        without: (TWO_REGIONS, "[keys.data]\nmulti_region = true", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "kms/alias",
        organization: "",
        dev: "[keys.data]",
        files: NOTHING,
        address: "dev/ap-southeast-2/kms/alias/data",
        tamper: Some(|behind| {
            let kms = behind.member("dev").kms("ap-southeast-2");
            let other = done(kms.create_key().send()).key_metadata.unwrap().key_id;
            done(kms.update_alias().alias_name(DATA).target_key_id(other).send());
        }),
        names: "target",
        without: ("[removed]\naddresses = [\"dev/ap-southeast-2/kms/key/data\"]", "", NOTHING),
        gone: Gone::Pruned,
    },
];
