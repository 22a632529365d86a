//! Whole plans as they are read.

use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::json;

use super::page;
use crate::{
    engine::{
        graph::Graph,
        plan::{Plan, Unstated},
        snapshot::Unsearched,
    },
    report::{
        Outlook,
        page::Paper,
        plan::View,
        samples::{Account, BRIEF, Has, Role, VERBOSE, Zone, account, doc, first, later},
    },
};

const NARROW: Paper = Paper { width: Some(60), color: false };
const WIDE: Paper = Paper { width: Some(120), color: false };
const PIPE: Paper = Paper { width: None, color: false };

fn told((plan, graph): &(Plan, Arc<Graph>), view: View, paper: Paper) -> String {
    page(plan, graph, &Outlook::default(), view).print(paper)
}

#[test]
fn a_first_plan_at_120_columns() {
    assert_snapshot!(told(&first(), BRIEF, WIDE), @"
    management
      + organizations/policy/region-guard  organization.toml:26
          type: SERVICE_CONTROL_POLICY
          content: Deny all but cloudfront:*, iam:*, organizations:* and 2 more on * if aws:RequestedRegion StringNotEquals
            ap-southeast-2, ap-southeast-4
      + 4 × organizations/attachment: FullAWSAccess:Root, FullAWSAccess:Security, FullAWSAccess:Workloads,
          FullAWSAccess:Workloads/Prod  organization.toml:26
      + organizations/account/prod         accounts/prod.toml:1
          email: aws+prod@acme.example · unit: ${unit.Workloads/Prod}

    prod  (after management/global/organizations/account/prod)
      + iam/role/deployer            baselines/workload.toml:4
          boundary: policy:workload-boundary · policies: policy:deploy · session_seconds: 3600
          trust: Allow sts:AssumeRole to ${account.security} if aws:PrincipalOrgID StringEquals o-acme
      + ap-southeast-2/ec2/vpc/main  network/prod.toml:3
          cidr: 10.32.0.0/16 · dns: true

    Orphans were searched for in 3 places in the Regions that the TOML names.

    Plan: 8 to create.
    ");
}

#[test]
fn a_first_plan_at_60_columns() {
    assert_snapshot!(told(&first(), BRIEF, NARROW), @"
    management
      + organizations/policy/region-guard  organization.toml:26
          type: SERVICE_CONTROL_POLICY
          content: Deny all but cloudfront:*, iam:*,
            organizations:* and 2 more on * if
            aws:RequestedRegion StringNotEquals ap-southeast-2,
            ap-southeast-4
      + 4 × organizations/attachment: FullAWSAccess:Root,
          FullAWSAccess:Security, FullAWSAccess:Workloads,
          FullAWSAccess:Workloads/Prod  organization.toml:26
      + organizations/account/prod         accounts/prod.toml:1
          email: aws+prod@acme.example · unit:
            ${unit.Workloads/Prod}

    prod  (after management/global/organizations/account/prod)
      + iam/role/deployer            baselines/workload.toml:4
          boundary: policy:workload-boundary · policies:
            policy:deploy · session_seconds: 3600
          trust: Allow sts:AssumeRole to ${account.security} if
            aws:PrincipalOrgID StringEquals o-acme
      + ap-southeast-2/ec2/vpc/main  network/prod.toml:3
          cidr: 10.32.0.0/16 · dns: true

    Orphans were searched for in 3 places in the Regions that
      the TOML names.

    Plan: 8 to create.
    ");
}

#[test]
fn a_first_plan_in_full() {
    assert_snapshot!(told(&first(), VERBOSE, PIPE), @"
    management
      + organizations/policy/region-guard                      organization.toml:26
          content[DenyOtherRegions].condition: {StringNotEquals: {aws:RequestedRegion: [ap-southeast-2, ap-southeast-4]}}
          content[DenyOtherRegions].effect: Deny
          content[DenyOtherRegions].not_action: cloudfront:*, iam:*, organizations:*, route53:*, sts:*
          content[DenyOtherRegions].resource: *
          tags[landfall:address]: management/global/organizations/policy/region-guard
          tags[landfall:organization]: acme
          type: SERVICE_CONTROL_POLICY
      + organizations/attachment/FullAWSAccess:Root            organization.toml:26
          policy: FullAWSAccess
          target: Root
      + organizations/attachment/FullAWSAccess:Security        organization.toml:26
          policy: FullAWSAccess
          target: Security
      + organizations/attachment/FullAWSAccess:Workloads       organization.toml:26
          policy: FullAWSAccess
          target: Workloads
      + organizations/attachment/FullAWSAccess:Workloads/Prod  organization.toml:26
          policy: FullAWSAccess
          target: Workloads/Prod
      + organizations/account/prod                             accounts/prod.toml:1
          email: aws+prod@acme.example
          name: prod
          tags[landfall:address]: management/global/organizations/account/prod
          tags[landfall:organization]: acme
          unit: ${unit.Workloads/Prod}

    prod  (after management/global/organizations/account/prod)
      + iam/role/deployer            baselines/workload.toml:4
          boundary: policy:workload-boundary
          name: deployer
          path: /
          policies[policy:deploy]: true
          session_seconds: 3600
          tags[landfall:address]: prod/global/iam/role/deployer
          tags[landfall:organization]: acme
          trust[Pipeline].action: sts:AssumeRole
          trust[Pipeline].condition: {StringEquals: {aws:PrincipalOrgID: o-acme}}
          trust[Pipeline].effect: Allow
          trust[Pipeline].principal: {AWS: ${account.security}}
      + ap-southeast-2/ec2/vpc/main  network/prod.toml:3
          cidr: 10.32.0.0/16
          dns: true
          tags[landfall:address]: prod/ap-southeast-2/ec2/vpc/main
          tags[landfall:organization]: acme

    Orphans were searched for in 3 places in the Regions that the TOML names.

    Plan: 8 to create.
    ");
}

#[test]
fn a_later_plan() {
    assert_snapshot!(told(&later(), BRIEF, PIPE), @r#"
    management
      … organizations/account/staging  accounts/staging.toml:1
          waiting: the account is being created
      ~ organizations/policy/tagging   policies/tag/tagging.json:1
          content:
                  "unit": {
                    "tag_key": {
            -         "@@assign": "CostCenter"
            +         "@@assign": "CostCentre"
                    }
                  },
      - organizations/attachment/FullAWSAccess:Suspended

    prod
      ~ iam/role/deployer                baselines/workload.toml:4
          - description: changed by hand
          - inline[trust][Everything]: Allow s3:* on *
          + inline[trust][Read]: Allow s3:GetObject on arn:aws:s3:::logs/*
          session_seconds: 7200 -> 3600  baselines/workload.toml:9
          trust[Pipeline].action:
            - sts:SetSourceIdentity
            + sts:TagSession
              1 other stays
      > iam/role/reader                  accounts/prod.toml:8
          exists without our tags: `--adopt` takes it over
      ! ap-southeast-2/ec2/vpc/main      network/prod.toml:3
          blocked: AWS can't change `cidr` of a ec2/vpc in place
          to do: write the old value back, or give the new one another name and remove the old one later
          cidr: 10.32.0.0/16 -> 10.33.0.0/16
      + iam/policy/deploy                baselines/workload.toml:14
          arn: (known after iam/role/deployer)

    staging
      ? 3 × iam/role: auditor, break-glass, developer  baselines/foundation.toml:7
          unknown: it can't be read

    orphans  (ours, and no longer in the TOML)
      o prod/global/iam/role/etl
      o prod/global/iam/role/etl-old
          stays: `apply --prune` deletes it

    foreign  (not ours, reported and left alone)
      management/global/organizations/attachment: p-1234:ou-9876

    unreadable  (what depends on it is left alone)
      ? staging/global/iam/role
          error: failed to call ListRoles
            account     staging (210987654321)
            operation   ListRoles
            request id  6ba7b810-9dad
            caused by: AccessDenied: not authorized to perform iam:ListRoles
          hint: `access.role` of `staging` has to allow iam:ListRoles

    Orphans were searched for in 4 places in the Regions that the TOML names, except where something is unreadable.

    Plan: 1 to create, 2 to change, 1 to adopt, 1 to remove, 1 to wait for, 1 blocked, 3 undetermined, 2 orphans, 1 unreadable, 1 unchanged.
    "#);
}

#[test]
fn colors_add_nothing_but_color() {
    let later = later();
    let colored = told(&later, BRIEF, Paper { color: true, ..WIDE });
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), told(&later, BRIEF, WIDE));
    let mut zone = Zone::new();
    let management = zone.management();
    let (wants, has) = (doc([("unit", json!("ou-prod"))]), doc([("unit", json!("ou-dev"))]));
    zone.add::<Account>(management, "prod", "accounts/prod.toml:1", wants, Has::This(has));
    let told = told(&zone.plan(), BRIEF, Paper { color: true, ..PIPE });
    assert_snapshot!(told.replace('\u{1b}', "^"), @"
    ^[1mmanagement^[0m
      ^[33m~^[0m organizations/account/prod  ^[2maccounts/prod.toml:1^[0m
          unit: ^[31mou-dev^[0m -> ^[32mou-prod^[0m

    ^[2mOrphans were searched for in 1 place in the Regions that the TOML names.^[0m

    ^[1mPlan: 1 to change.^[0m
    ");
}

#[test]
fn no_changes_take_one_line() {
    let mut zone = Zone::new();
    zone.account("prod", account("prod", "ou-prod"), Has::Same);
    assert_snapshot!(told(&zone.plan(), BRIEF, PIPE), @"
    No changes. 1 resource is as it should be.
    ");
}

#[test]
fn wide_characters_keep_the_columns() {
    let mut zone = Zone::new();
    let prod = zone.account("prod", account("prod", "ou-prod"), Has::Same);
    let described = |text: &str| doc([("description", json!(text))]);
    zone.add::<Role>(
        prod,
        "監査",
        "a.toml:1",
        described("監査役のための役割 監査役のための役割 監査役のための役割"),
        Has::Nothing,
    );
    zone.add::<Role>(prod, "auditor", "a.toml:2", described("\u{1b}[31mred\n"), Has::This(described("x")));
    assert_snapshot!(told(&zone.plan(), BRIEF, NARROW), @r"
    prod
      + iam/role/監査     a.toml:1
          description: 監査役のための役割 監査役のための役割
            監査役のための役割
      ~ iam/role/auditor  a.toml:2
          description:
            - x
            + \u{1b}[31mred

    Orphans were searched for in 2 places in the Regions that
      the TOML names.

    Plan: 1 to create, 1 to change, 1 unchanged.
    ");
}

#[test]
fn what_has_no_tags_and_what_was_not_searched_are_told_last() {
    let mut zone = Zone::new();
    let management = zone.management();
    let prod = zone.account("prod", account("prod", "ou-prod"), Has::Same);
    zone.add::<Role>(prod, "auditor", "a.toml:1", doc([]), Has::Nothing);
    let places = [management, prod].map(|place| zone.graph.place(place).place.clone());
    let (mut plan, graph) = zone.plan();
    for place in places {
        let unstated =
            |kind, label: &str, why| Unstated { place: place.clone(), kind, label: label.into(), why };
        plan.unstated.push(unstated(
            "account/alternate-contact",
            "billing",
            "AWS would have nobody else to write to",
        ));
        plan.unstated.push(unstated(
            "account/alternate-contact",
            "operations",
            "AWS would have nobody else to write to",
        ));
        plan.unstated.push(unstated(
            "iam/password-policy",
            "password policy",
            "AWS's weaker default would hold",
        ));
    }
    let account = "old".parse().unwrap();
    plan.unsearched.push(Unsearched { account, why: "it is closed".to_owned() });
    assert_snapshot!(told(&(plan, graph), BRIEF, PIPE), @"
    prod
      + iam/role/auditor  a.toml:1

    unstated  (not in the TOML, without tags that tell whose it is, and left alone)
      account/alternate-contact: billing (management, prod), operations (management, prod)
          stays: AWS would have nobody else to write to
      iam/password-policy: password policy (management, prod)
          stays: AWS's weaker default would hold

    Orphans were searched for in 2 places in the Regions that the TOML names.
      not in old: it is closed

    Plan: 1 to create, 1 unchanged.
    ");
}
