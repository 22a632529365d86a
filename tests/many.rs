//! Many accounts: what is waited for is asked for, and nothing else.

use std::collections::BTreeMap;

use crate::support::{Sandbox, Zone};

const ORGANIZATION: &str = r#"[organization]
name        = "many"
email       = "aws+{account}@many.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
A = {}
B = {}
C = {}
"#;

/// The calls of a piece of work, by operation.
fn calls(sandbox: &Sandbox, work: impl FnOnce()) -> BTreeMap<String, usize> {
    sandbox.control().forget_calls();
    work();
    let mut counts = BTreeMap::new();
    for call in sandbox.control().calls() {
        *counts.entry(call.operation).or_default() += 1;
    }
    counts
}

/// How many accounts there are: more than one page of a listing.
const MANY: usize = 24;

#[test]
fn what_is_waited_for_is_asked_for_and_nothing_else() {
    let zone = Zone::of(&[("organization.toml", ORGANIZATION)]);
    for number in 0..MANY {
        zone.write(
            &format!("accounts/a{number}.toml"),
            &format!("unit = \"{}\"\n", ["A", "B", "C"][number % 3]),
        );
    }
    let sandbox = Sandbox::start();
    sandbox.apply(&zone);
    let tags = |calls: &BTreeMap<String, usize>| calls["ListTagsForResource"];
    let plan = calls(&sandbox, || drop(sandbox.run(&zone, &["plan"]).expect(0)));

    zone.write("accounts/a7.toml", "unit = \"B\"\ntags = { x = \"y\" }\n");
    let changed = calls(&sandbox, || drop(sandbox.apply(&zone)));
    assert!(tags(&changed) < tags(&plan) + MANY, "{plan:?}\n{changed:?}");
    assert_eq!(changed["ListAccounts"], plan["ListAccounts"], "one account is described, not all listed");

    zone.write("accounts/new.toml", "unit = \"A\"\n");
    let made = calls(&sandbox, || drop(sandbox.apply(&zone)));
    assert!(tags(&made) < tags(&plan) + MANY, "{plan:?}\n{made:?}");
    sandbox.expect_settled(&zone);
}
