//! What AWS allows in number: told before it is asked for.

use serde_json::{Value, json};

use crate::support::{Sandbox, Zone, behind::done};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Labs = {}
"#;

const HOME: &str = "ap-southeast-2";

/// An account with so many VPCs in the home Region.
fn zone(vpcs: usize) -> Zone {
    let zone = Zone::of(&[("organization.toml", ORGANIZATION), ("accounts/lab.toml", "unit = \"Labs\"\n")]);
    write(&zone, vpcs);
    zone
}

fn write(zone: &Zone, vpcs: usize) {
    let vpc = |number| {
        format!(
            "[vpc.v{number}]\naccount = \"lab\"\nregion = \"{HOME}\"\ncidr = \"10.{number}.0.0/16\"\nzones = 1\ntiers = {{ data = 22 }}\n\n"
        )
    };
    zone.write("network/vpcs.toml", &(1..=vpcs).map(vpc).collect::<String>());
}

fn quotas(sandbox: &Sandbox, zone: &Zone) -> Vec<Value> {
    sandbox.control().forget_calls();
    let plan = sandbox.run(zone, &["plan", "--json"]).expect(0).json();
    plan["quotas"].as_array().unwrap().clone()
}

fn asked(sandbox: &Sandbox) -> usize {
    sandbox.control().calls().iter().filter(|call| call.operation == "GetServiceQuota").count()
}

#[test]
fn what_is_beyond_a_quota_is_told_and_asked_for_in_time() {
    let (sandbox, zone) = (Sandbox::start(), zone(3));
    assert_eq!((quotas(&sandbox, &zone), asked(&sandbox)), (Vec::new(), 0), "three of five");
    sandbox.apply(&zone);

    write(&zone, 6);
    let expected = |count: usize, limit: usize, told: &str| {
        json!([{
            "what": "VPCs", "account": "lab", "region": HOME, "of": null, "count": count, "limit": limit,
            "source": told, "broken": count > limit, "service": "vpc", "code": "L-F678F1CE",
            "documentation": "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
        }])
    };
    assert_eq!(json!(quotas(&sandbox, &zone)), expected(6, 5, "told"));
    assert_eq!(asked(&sandbox), 1);
    let told = sandbox.run(&zone, &["plan"]).expect(0).stdout;
    let line = "x 6 VPCs in lab/ap-southeast-2, and AWS allows 5";
    assert!(told.contains(line) && told.contains("--quota-code L-F678F1CE --desired-value 9"), "{told}");

    let lab = sandbox.behind().member("lab");
    let raise = lab.quotas(HOME).request_service_quota_increase().service_code("vpc");
    done(raise.quota_code("L-F678F1CE").desired_value(7.0).send());
    assert_eq!(json!(quotas(&sandbox, &zone)), expected(6, 7, "told"), "near, and no longer beyond");
    let raise = lab.quotas(HOME).request_service_quota_increase().service_code("vpc");
    done(raise.quota_code("L-F678F1CE").desired_value(20.0).send());
    assert_eq!(quotas(&sandbox, &zone), Vec::<Value>::new());
    sandbox.apply(&zone);
    assert_eq!((quotas(&sandbox, &zone), asked(&sandbox)), (Vec::new(), 0), "nothing is added any more");
}

#[test]
fn where_nobody_may_be_asked_the_default_holds() {
    let (sandbox, zone) = (Sandbox::start(), zone(6));
    let first = quotas(&sandbox, &zone);
    assert_eq!(
        (first[0]["source"].as_str(), asked(&sandbox)),
        (Some("default"), 0),
        "there is no account yet"
    );
    write(&zone, 1);
    sandbox.apply(&zone);
    write(&zone, 6);
    sandbox
        .control()
        .fault(&json!({"operation": "GetServiceQuota", "error": "AccessDeniedException", "status": 400}));
    let denied = quotas(&sandbox, &zone);
    assert_eq!((&denied[0]["source"], &denied[0]["limit"]), (&json!("default"), &json!(5)));
    let applied = sandbox.run(&zone, &["apply"]).expect(1);
    let warning = "warning: 6 VPCs in lab/ap-southeast-2, and AWS allows 5 by default";
    assert!(applied.stderr.contains(warning), "{}", applied.stderr);
}
