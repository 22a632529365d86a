//! What AWS allows in number: told before it is asked for.

use std::{thread::sleep, time::Duration};

use aws_sdk_organizations::types::{CreateAccountState, PolicyType};
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

const DENIES: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}"#;

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
    let (sandbox, zone) = (Sandbox::start(), zone(2));
    assert_eq!((quotas(&sandbox, &zone), asked(&sandbox)), (Vec::new(), 0), "three of five");
    sandbox.apply(&zone);

    write(&zone, 5);
    let expected = |count: usize, limit: usize, told: &str| {
        json!([{
            "what": "VPCs", "account": "lab", "region": HOME, "of": null, "count": count, "there": 3,
            "partial": false, "limit": limit, "source": told, "broken": count > limit, "fixed": false,
            "service": "vpc", "code": "L-F678F1CE",
            "documentation": "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
        }])
    };
    assert_eq!(json!(quotas(&sandbox, &zone)), expected(6, 5, "told"));
    assert_eq!(asked(&sandbox), 1);
    let told = sandbox.run(&zone, &["plan"]).expect(0).stdout;
    let line = "x 6 VPCs in lab/ap-southeast-2 (3 there, 3 to be made), and AWS allows 5";
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
    assert_eq!((&first[0]["count"], &first[0]["there"]), (&json!(7), &Value::Null), "the default one counts");
    write(&zone, 1);
    sandbox.apply(&zone);
    write(&zone, 6);
    sandbox
        .control()
        .fault(&json!({"operation": "GetServiceQuota", "error": "AccessDeniedException", "status": 400}));
    let denied = quotas(&sandbox, &zone);
    assert_eq!((&denied[0]["source"], &denied[0]["limit"]), (&json!("default"), &json!(5)));
    let applied = sandbox.run(&zone, &["apply"]).expect(1);
    let warning =
        "warning: 7 VPCs in lab/ap-southeast-2 (2 there, 5 to be made), and AWS allows 5 by default";
    assert!(applied.stderr.contains(warning), "{}", applied.stderr);
}

/// What a plan names: what, in what, how many are there, and how many there will be.
fn told(sandbox: &Sandbox, zone: &Zone) -> Vec<(String, Value, Value, Value)> {
    let told = |near: Value| {
        let what = near["what"].as_str().unwrap().to_owned();
        (what, near["of"].clone(), near["there"].clone(), near["count"].clone())
    };
    quotas(sandbox, zone).into_iter().map(told).collect()
}

fn calls(sandbox: &Sandbox) -> usize {
    sandbox.control().calls().len()
}

#[test]
fn what_others_have_made_counts_and_costs_no_call() {
    let (sandbox, zone) = (Sandbox::start(), zone(1));
    sandbox.apply(&zone);
    write(&zone, 2);
    assert_eq!(told(&sandbox, &zone), []);
    let alone = calls(&sandbox);
    let ec2 = sandbox.behind().member("lab").ec2(HOME);
    let others: Vec<_> = (1..=2)
        .map(|number| done(ec2.create_vpc().cidr_block(format!("172.{number}.0.0/16")).send()).vpc.unwrap())
        .collect();
    let expected = ("VPCs".to_owned(), Value::Null, json!(4), json!(5));
    assert_eq!(told(&sandbox, &zone), [expected], "the default one, ours, and two of others");
    assert_eq!((calls(&sandbox), asked(&sandbox)), (alone + 1, 1), "nothing but the quota is asked for");
    let only =
        sandbox.run(&zone, &["plan", "--json", "--only", "lab/ap-southeast-2/ec2/vpc/v2"]).expect(0).json();
    assert_eq!((&only["quotas"][0]["there"], &only["quotas"][0]["count"]), (&json!(4), &json!(5)));
    for vpc in others {
        done(ec2.delete_vpc().vpc_id(vpc.vpc_id.unwrap()).send());
    }
    assert_eq!(told(&sandbox, &zone), []);
}

#[test]
fn accounts_and_attached_policies_of_others_count() {
    let (sandbox, zone) = (Sandbox::start(), zone(1));
    sandbox.apply(&zone);
    let organizations = sandbox.behind().organizations();
    for number in 1..=5 {
        let create = organizations.create_account().account_name(format!("other{number}"));
        let made = done(create.email(format!("other{number}@acme.example")).send());
        let request = made.create_account_status.unwrap().id.unwrap();
        let state = || {
            let asked = organizations.describe_create_account_status().create_account_request_id(&request);
            done(asked.send()).create_account_status.unwrap().state.unwrap()
        };
        while state() == CreateAccountState::InProgress {
            sleep(Duration::from_millis(20));
        }
    }
    for number in 2..=3 {
        zone.write(&format!("accounts/lab{number}.toml"), "unit = \"Labs\"\n");
    }
    let accounts = ("accounts".to_owned(), Value::Null, json!(7), json!(9));
    assert_eq!(told(&sandbox, &zone), [accounts], "the management account, ours, and five of others");

    zone.write(
        "organization.toml",
        &ORGANIZATION.replace("Labs = {}", "Labs = { policies = [\"scp:mine\"] }"),
    );
    zone.write("policies/scp/mine.json", DENIES);
    sandbox.apply(&zone);
    let root = done(organizations.list_roots().send()).roots.unwrap()[0].id.clone().unwrap();
    let units = done(organizations.list_organizational_units_for_parent().parent_id(root).send());
    let labs = units.organizational_units.unwrap()[0].id.clone().unwrap();
    for number in 1..=5 {
        let create = organizations.create_policy().name(format!("theirs{number}")).content(DENIES);
        let made = done(create.description("").r#type(PolicyType::ServiceControlPolicy).send());
        let id = made.policy.unwrap().policy_summary.unwrap().id.unwrap();
        done(organizations.attach_policy().policy_id(id).target_id(&labs).send());
    }
    let two = "Labs = { policies = [\"scp:mine\", \"scp:more\"] }";
    zone.write("organization.toml", &ORGANIZATION.replace("Labs = {}", two));
    zone.write("policies/scp/more.json", DENIES);
    let attached = ("attached service control policies".to_owned(), json!("Labs"), json!(7), json!(8));
    assert_eq!(told(&sandbox, &zone), [attached], "AWS's own, ours, and five of others");
    let plan = sandbox.run(&zone, &["plan"]).expect(0).stdout;
    let line = "! 8 attached service control policies in Labs (7 there, 1 to be made), and AWS allows 10";
    assert!(plan.contains(line), "{plan}");
}

#[test]
fn nat_gateways_count_in_their_zone_and_take_addresses() {
    let (sandbox, zone) = (Sandbox::start(), zone(0));
    sandbox.apply(&zone);
    let ec2 = sandbox.behind().member("lab").ec2(HOME);
    let vpc = done(ec2.create_vpc().cidr_block("172.16.0.0/16").send()).vpc.unwrap().vpc_id.unwrap();
    let subnet = |zone: &str, range: &str| {
        let create = ec2.create_subnet().vpc_id(&vpc).availability_zone_id(zone).cidr_block(range);
        done(create.send()).subnet.unwrap().subnet_id.unwrap()
    };
    let (here, elsewhere) = (subnet("apse2-az1", "172.16.0.0/24"), subnet("apse2-az2", "172.16.1.0/24"));
    for subnet in [&here, &here, &here, &elsewhere] {
        let address = done(ec2.allocate_address().send()).allocation_id.unwrap();
        done(ec2.create_nat_gateway().subnet_id(subnet).allocation_id(address).send());
    }
    let mine = format!(
        "[vpc.mine]\naccount = \"lab\"\nregion = \"{HOME}\"\ncidr = \"10.1.0.0/16\"\nzones = 1\n\
         tiers = {{ dmz = 24, application = 20 }}\n"
    );
    zone.write("network/vpcs.toml", &mine);
    let addresses = ("Elastic IP addresses".to_owned(), Value::Null, json!(4), json!(5));
    let gateways = ("NAT gateways".to_owned(), json!("apse2-az1"), json!(3), json!(4));
    assert_eq!(told(&sandbox, &zone), [addresses, gateways]);
    let plan = sandbox.run(&zone, &["plan"]).expect(0).stdout;
    let line =
        "! 4 NAT gateways in apse2-az1 of lab/ap-southeast-2 (3 there, 1 to be made), and AWS allows 5";
    assert!(plan.contains(line), "{plan}");
}
