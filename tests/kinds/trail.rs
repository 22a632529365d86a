//! The organization's trail, its log group, and what is made of what stands there.

use super::{Case, Gone, NOTHING, done};

const HOME: &str = "ap-southeast-2";

pub const CASES: &[Case] = &[Case {
    kind: "logs/resource-policy",
    organization: "[logs]\ndelivery = true",
    dev: "",
    files: NOTHING,
    address: "dev/ap-southeast-2/logs/resource-policy/log-delivery",
    tamper: Some(|behind| {
        let wide = r#"{"Version":"2012-10-17","Statement":[{"Sid":"DeliverLogs","Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}"#;
        let call = behind.member("dev").logs(HOME).put_resource_policy();
        done(call.policy_name("kinds-log-delivery").policy_document(wide).send());
    }),
    names: "policy[DeliverLogs].action",
    without: ("", "", NOTHING),
    gone: Gone::Pruned,
}];
