//! The organization's trail, its log group, and what is made of what stands there.

use aws_sdk_cloudtrail::types::{EventSelector, ReadWriteType};
use aws_sdk_cloudwatch::types::{ComparisonOperator, Statistic};

use super::{Case, Gone, NOTHING, done};
use crate::support::{Behind, Sandbox};

const HOME: &str = "ap-southeast-2";
const GROUP: &str = "/kinds/trail";

/// A trail of the management account with alarms.
const TRAIL: &str = r#"
[contacts.security]
name  = "Desk"
title = "Lead"
email = "desk@kinds.example"
phone = "+61 2 5550 0100"

[archive]
account   = "dev"
retention = "7y"

[trail]
archive  = "dev/archive"
key      = "key:logs"
insights = true
"#;

/// The same without alarms.
const NO_ALARMS: &str = r#"
[contacts.security]
name  = "Desk"
title = "Lead"
email = "desk@kinds.example"
phone = "+61 2 5550 0100"

[archive]
account   = "dev"
retention = "7y"

[trail]
archive  = "dev/archive"
key      = "key:logs"
insights = true
alarms   = false
"#;

/// The same without a trail.
const NO_TRAIL: &str = r#"
[contacts.security]
name  = "Desk"
title = "Lead"
email = "desk@kinds.example"
phone = "+61 2 5550 0100"

[archive]
account   = "dev"
key       = "key:logs"
retention = "7y"
"#;

const KEYS: &[(&str, &str)] = &[("policies/keys.toml", "[keys.logs]\naccount = \"dev\"\n")];

pub const CASES: &[Case] = &[
    Case {
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
    },
    Case {
        kind: "cloudtrail/trail",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/cloudtrail/trail/trail",
        tamper: Some(|behind| {
            let trails = behind.cloudtrail(HOME);
            done(trails.stop_logging().name("kinds").send());
            let writes = EventSelector::builder().read_write_type(ReadWriteType::WriteOnly).build();
            done(trails.put_event_selectors().trail_name("kinds").event_selectors(writes).send());
            done(trails.update_trail().name("kinds").enable_log_file_validation(false).send());
        }),
        names: "logging",
        without: (NO_TRAIL, "", KEYS),
        gone: Gone::Kept,
    },
    Case {
        kind: "logs/log-group",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/logs/log-group/trail",
        tamper: Some(|behind| {
            let logs = behind.logs(HOME);
            done(logs.put_retention_policy().log_group_name(GROUP).retention_in_days(1).send());
            done(logs.disassociate_kms_key().log_group_name(GROUP).send());
        }),
        names: "retention",
        without: (NO_TRAIL, "", KEYS),
        gone: Gone::Kept,
    },
    Case {
        kind: "logs/metric-filter",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/logs/metric-filter/trail/root-use",
        tamper: Some(|behind| {
            let call = behind.logs(HOME).delete_metric_filter().log_group_name(GROUP);
            done(call.filter_name("root-use").send());
        }),
        names: "create",
        without: (NO_ALARMS, "", KEYS),
        gone: Gone::Follows,
    },
    Case {
        kind: "cloudwatch/alarm",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/cloudwatch/alarm/root-use",
        tamper: Some(|behind| {
            let call = behind.cloudwatch(HOME).put_metric_alarm().alarm_name("kinds-root-use");
            let call = call.namespace("kinds/trail").metric_name("root-use").statistic(Statistic::Sum);
            let call = call.period(300).evaluation_periods(1).threshold(1_000.0).actions_enabled(false);
            let at_least = ComparisonOperator::GreaterThanOrEqualToThreshold;
            done(call.comparison_operator(at_least).send());
        }),
        names: "threshold",
        without: (NO_ALARMS, "", KEYS),
        gone: Gone::Pruned,
    },
    Case {
        kind: "sns/topic",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/sns/topic/alarms",
        tamper: Some(|behind| {
            let wide = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Anyone","Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}"#;
            let call = behind.sns(HOME).set_topic_attributes().topic_arn(topic(behind));
            done(call.attribute_name("Policy").attribute_value(wide).send());
        }),
        names: "policy[Anyone].action",
        without: (NO_ALARMS, "", KEYS),
        gone: Gone::Pruned,
    },
    Case {
        kind: "sns/subscription",
        organization: TRAIL,
        dev: "",
        files: KEYS,
        address: "management/ap-southeast-2/sns/subscription/alarms/security",
        tamper: Some(|behind| {
            let (sns, topic) = (behind.sns(HOME), topic(behind));
            let confirm = sns.confirm_subscription().topic_arn(topic).token("desk@kinds.example");
            let arn = done(confirm.send()).subscription_arn.unwrap();
            done(sns.unsubscribe().subscription_arn(arn).send());
        }),
        names: "create",
        // One that nobody has confirmed can't be taken back, and goes by itself.
        without: (NO_ALARMS, "", KEYS),
        gone: Gone::Silent,
    },
];

/// The topic that alarms speak to.
fn topic(behind: &Behind) -> String {
    let topics = done(behind.sns(HOME).list_topics().send()).topics.unwrap_or_default();
    let mut arns = topics.into_iter().filter_map(|topic| topic.topic_arn);
    arns.find(|arn| arn.ends_with(":kinds-alarms")).unwrap()
}

#[test]
fn who_hears_of_alarms_unasked_is_sent_away() {
    let case = CASES.iter().find(|case| case.kind == "sns/subscription").unwrap();
    let (sandbox, zone) = (Sandbox::start(), case.with());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let (sns, topic) = (behind.sns(HOME), topic(&behind));
    done(sns.subscribe().topic_arn(&topic).protocol("email").endpoint("me@elsewhere.example").send());
    sandbox.expect_settled(&zone);
    done(sns.confirm_subscription().topic_arn(&topic).token("me@elsewhere.example").send());
    let drift = sandbox.drift(&zone, 2);
    let (address, (action, _)) = drift.first_key_value().unwrap();
    assert_eq!((action.as_str(), drift.len()), ("remove", 1), "{drift:?}");
    assert!(address.ends_with("sns/subscription/kinds-alarms email me@elsewhere.example"), "{address}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}
