use std::{sync::Arc, time::Duration};

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use super::{Apply, Complaint, Doctor, Steps, Validate, text};
use crate::{
    engine::{apply::Outcome, event::Verb},
    names::Severity,
    report::{
        Applied, Finding, Outlook, Times, Verdict,
        samples::{Account, Has, Role, Zone, denied, doc, estimate, first, later, near},
    },
};

/// A plan with a change, an adoption and something unreadable.
fn some() -> Json {
    let mut zone = Zone::new();
    let management = zone.management();
    let (wants, has) = (doc([("unit", json!("ou-prod"))]), doc([("unit", json!("ou-dev"))]));
    let fields = [("unit", "accounts/prod.toml:3")];
    zone.add_with::<Account>(management, "prod", "accounts/prod.toml:1", wants, Has::This(has), &fields);
    zone.add::<Role>(management, "reader", "organization.toml:8", doc([]), Has::Untagged(doc([])));
    zone.denied(management, "iam/role");
    let (plan, graph) = zone.plan();
    serde_json::from_str(&text(&Steps::plan(&plan, &graph, &Outlook::default()))).unwrap()
}

#[test]
fn a_plan_is_plan_1() {
    let plan = some();
    let keys: Vec<_> = plan.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "schema",
            "organization",
            "steps",
            "kept",
            "foreign",
            "unstated",
            "unreadable",
            "unsearched",
            "searched_places",
            "summary",
            "quotas"
        ]
    );
    assert_eq!((&plan["schema"], &plan["organization"]), (&json!("landfall/plan@1"), &json!("acme")));
    assert_snapshot!(plan["summary"].to_string(), @r#"
    {"create":0,"update":1,"adopt":1,"wait":0,"remove":0,"delete":0,"blocked":0,"undetermined":0,"held":0,"orphans":0,"unreadable":1,"foreign":0,"unchanged":0}
    "#);
}

#[test]
fn a_step_says_what_where_and_why() {
    let plan = some();
    assert_snapshot!(text(&plan["steps"][0]), @r#"
    {
      "address": "management/global/organizations/account/prod",
      "kind": "organizations/account",
      "account": "management",
      "region": null,
      "action": "update",
      "changes": [
        {
          "path": "unit",
          "before": "ou-dev",
          "after": "ou-prod",
          "origin": {
            "file": "accounts/prod.toml",
            "line": 3,
            "column": 1
          }
        }
      ],
      "origin": {
        "file": "accounts/prod.toml",
        "line": 1,
        "column": 1
      },
      "after": null,
      "held_by": null,
      "reason": null,
      "way_out": null
    }
    "#);
    assert_snapshot!(text(&plan["steps"][1]["changes"]), @r#"
    [
      {
        "path": "tags[landfall:address]",
        "after": "management/global/iam/role/reader"
      },
      {
        "path": "tags[landfall:organization]",
        "after": "acme"
      }
    ]
    "#);
}

#[test]
fn what_is_unreadable_says_why() {
    assert_snapshot!(text(&some()["unreadable"]), @r#"
    [
      {
        "place": "management/global",
        "kind": "iam/role",
        "error": {
          "message": "failed to call ListRoles",
          "class": "denied",
          "facts": {
            "account": "staging (210987654321)",
            "operation": "ListRoles",
            "request id": "6ba7b810-9dad"
          },
          "hint": "`access.role` of `staging` has to allow iam:ListRoles",
          "causes": [
            "AccessDenied: not authorized to perform iam:ListRoles"
          ]
        }
      }
    ]
    "#);
}

#[test]
fn drift_is_the_same_data() {
    for (plan, graph) in [first(), later()] {
        let plan_1 = text(&Steps::plan(&plan, &graph, &Outlook::default()));
        let plan_1 = plan_1.replace("landfall/plan@1", "landfall/drift@1").replace(",\n  \"quotas\": []", "");
        assert_eq!(text(&Steps::drift(&plan, &graph)), plan_1);
    }
}

/// An apply of which one step is done.
fn outcome() -> Json {
    let outcome = Outcome {
        done: vec![("prod/global/iam/role/a".into(), Verb::Create)],
        failed: vec![("prod/global/iam/role/b".into(), Arc::new(denied()))],
        skipped: vec![("prod/global/iam/role/c".into(), "prod/global/iam/role/b".into())],
        interrupted: 1,
    };
    let (plan, outlook) = (first().0, Outlook { estimate: Some(estimate()), quotas: near() });
    let times: Times = [("prod/global/iam/role/a".into(), Duration::from_millis(700))].into_iter().collect();
    let applied = Applied {
        plan: &plan,
        outcome: &outcome,
        outlook: &outlook,
        elapsed: Duration::from_millis(1500),
        calls: 42,
        times: &times,
    };
    text(&Apply::of(&applied)).parse().unwrap()
}

#[test]
fn an_outcome_is_apply_1() {
    let mut told = outcome();
    let times: Vec<_> = ["estimate", "slowest"].map(|key| told.as_object_mut().unwrap().remove(key)).into();
    assert!(times.iter().all(Option::is_some));
    assert_snapshot!(text(&told), @r#"
    {
      "schema": "landfall/apply@1",
      "organization": "acme",
      "command": "apply",
      "done": [
        {
          "address": "prod/global/iam/role/a",
          "verb": "create"
        }
      ],
      "failed": [
        {
          "address": "prod/global/iam/role/b",
          "error": {
            "message": "failed to call ListRoles",
            "class": "denied",
            "facts": {
              "account": "staging (210987654321)",
              "operation": "ListRoles",
              "request id": "6ba7b810-9dad"
            },
            "hint": "`access.role` of `staging` has to allow iam:ListRoles",
            "causes": [
              "AccessDenied: not authorized to perform iam:ListRoles"
            ]
          }
        }
      ],
      "skipped": [
        {
          "address": "prod/global/iam/role/c",
          "because": "prod/global/iam/role/b"
        }
      ],
      "interrupted": 1,
      "calls": 42,
      "seconds": 1.5
    }
    "#);
}

#[test]
fn an_outcome_says_how_long_it_was_to_take_and_took() {
    let told = outcome();
    assert_snapshot!(text(&[&told["estimate"], &told["slowest"]]), @r#"
    [
      {
        "calls": 2153,
        "reads": 32,
        "changes": 917,
        "looks": 1204,
        "seconds": 1021.0,
        "longest": [
          {
            "address": "dev/global/account/region/ap-southeast-4",
            "seconds": 600.0
          },
          {
            "address": "prod/eu-west-1/ec2/nat-gateway/a",
            "seconds": 100.0
          }
        ]
      },
      [
        {
          "address": "prod/global/iam/role/a",
          "seconds": 0.7
        }
      ]
    ]
    "#);
}

#[test]
fn an_estimate_is_part_of_a_plan_with_something_to_do() {
    let ((plan, graph), outlook) = (first(), Outlook { estimate: Some(estimate()), quotas: near() });
    let told: Json = serde_json::from_str(&text(&Steps::plan(&plan, &graph, &outlook))).unwrap();
    assert_eq!(told["estimate"]["calls"], json!(2153));
    assert_snapshot!(text(&told["quotas"][1]), @r#"
    {
      "what": "VPCs",
      "account": "prod",
      "region": "ap-southeast-2",
      "of": null,
      "count": 6,
      "there": null,
      "partial": false,
      "limit": 5,
      "source": "default",
      "broken": true,
      "fixed": false,
      "service": "vpc",
      "code": "L-F678F1CE",
      "documentation": "https://docs.aws.amazon.com/vpc"
    }
    "#);
    assert_eq!((some().get("estimate"), &some()["quotas"]), (None, &json!([])));
}

#[test]
fn complaints_are_validate_1() {
    let complaint = |severity| Complaint {
        severity,
        file: "accounts/prod.toml",
        line: 2,
        column: 12,
        message: "no unit is called `Prd`",
        label: None,
        help: Some("did you mean `Prod`?"),
        via: Vec::new(),
        notes: Vec::new(),
        details: Vec::new(),
    };
    let both = [Severity::Warning, Severity::Mistake].map(complaint);
    assert_snapshot!(text(&Validate::of(&both)), @r#"
    {
      "schema": "landfall/validate@1",
      "complaints": [
        {
          "file": "accounts/prod.toml",
          "line": 2,
          "column": 12,
          "message": "no unit is called `Prd`",
          "label": null,
          "help": "did you mean `Prod`?",
          "via": [],
          "notes": [],
          "details": []
        }
      ],
      "warnings": [
        {
          "file": "accounts/prod.toml",
          "line": 2,
          "column": 12,
          "message": "no unit is called `Prd`",
          "label": null,
          "help": "did you mean `Prod`?",
          "via": [],
          "notes": [],
          "details": []
        }
      ]
    }
    "#);
    assert_snapshot!(text(&Validate::of(&[])), @r#"
    {
      "schema": "landfall/validate@1",
      "complaints": [],
      "warnings": []
    }
    "#);
}

#[test]
fn findings_are_doctor_1() {
    let found = [Finding::new("copy", Verdict::Unknown, "nothing came within 15m").hint("try again")];
    assert_snapshot!(text(&Doctor::of(&found)), @r#"
    {
      "schema": "landfall/doctor@1",
      "findings": [
        {
          "check": "copy",
          "verdict": "unknown",
          "text": "nothing came within 15m",
          "hint": "try again"
        }
      ]
    }
    "#);
}
