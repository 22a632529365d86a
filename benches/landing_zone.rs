//! A landing zone of any size, and what becomes of it.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use landfall::{
    aws::{Cloud, Settings},
    compose,
    config::{self, Files},
    engine::{
        event::Events,
        graph::Graph,
        plan::{Options, Plan, plan},
        select::Selection,
        snapshot::{Entry, Keep, Snapshot, read},
        world::World,
    },
    kinds,
    model::LandingZone,
    names::Region,
};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

const ORGANIZATION: &str = r#"[organization]
name        = "bench"
email       = "aws+{account}@bench.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]
tags        = { owner = "platform" }

[contacts.security]
name  = "Security desk"
title = "Head of security"
email = "security@bench.example"
phone = "+61 2 5550 0100"

[units]
Root        = {}
Platform    = {}
Workloads   = {}
"#;

const BASELINE: &str = r#"block_public_access = true
default_vpcs        = "removed"

[password_policy]
minimum_length = 20

[keys.data]
replicas = ["ap-southeast-4"]
services = ["ebs", "s3"]
use      = ["role-0"]
"#;

/// How many roles an account has.
const ROLES: usize = 48;

/// The files of a landing zone with so many accounts, each with about sixty resources.
pub(crate) fn files(accounts: usize) -> Files {
    let mut files = Files::default();
    files.insert("organization.toml", ORGANIZATION.as_bytes());
    let mut baseline = BASELINE.to_owned();
    for role in 0..ROLES {
        let text = "trust = [\"service:ec2\"]\nallow = [\"aws:ReadOnlyAccess\", \"policy:read\"]";
        writeln!(baseline, "\n[roles.role-{role}]\ndescription = \"Reads what it needs\"\n{text}").unwrap();
    }
    files.insert("baselines/workload.toml", baseline.into_bytes());
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::${organization}-*/*"}]}"#;
    files.insert("policies/iam/read.json", policy.as_bytes());
    for number in 0..accounts {
        let account =
            format!("unit = \"Workloads\"\nbaseline = \"workload\"\ntags = {{ cell = \"{number}\" }}\n");
        files.insert(format!("accounts/a{number:04}.toml"), account.into_bytes());
    }
    files
}

/// The model.
pub(crate) fn parsed(files: &Files) -> LandingZone {
    config::parse(files).unwrap_or_else(|complaints| panic!("{}", complaints.render(false))).zone
}

/// The graph.
pub(crate) fn composed(zone: &LandingZone) -> Arc<Graph> {
    Arc::new(compose::compose(zone).unwrap_or_else(|problems| panic!("{problems:?}")).graph)
}

/// A snapshot in which there is nothing of it yet.
pub(crate) fn absent(graph: &Graph) -> Snapshot {
    let mut snapshot = Snapshot::unread(graph.len(), Selection::everything());
    snapshot.entries.fill_with(|| Entry::Absent);
    snapshot
}

/// The plan.
pub(crate) fn planned(graph: &Arc<Graph>, snapshot: &Snapshot) -> Plan {
    plan(graph, snapshot, &Options::default())
}

/// How many changes the plan shows.
pub(crate) fn changes(plan: &Plan) -> usize {
    plan.steps.iter().map(|step| step.changes.list().len()).sum()
}

/// Asks AWS, whichever the environment says.
pub(crate) struct Reader(Runtime);

impl Reader {
    pub(crate) fn new() -> Self {
        Self(Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
    }

    /// Connects, reads everything and plans.
    pub(crate) fn plan(&self, graph: &Arc<Graph>) -> Plan {
        self.0.block_on(async {
            let cloud = Arc::new(Cloud::connect(settings()).await.unwrap());
            cloud.caller().await.unwrap();
            let world = Arc::new(World::new(kinds::ALL, cloud, 64, Events::default()));
            let snapshot = read(&world, graph, Selection::everything(), Keep::Differences).await;
            let unreadable: Vec<_> = snapshot.unreadable.iter().take(3).collect();
            assert!(unreadable.is_empty(), "{unreadable:#?}");
            planned(graph, &snapshot)
        })
    }
}

fn settings() -> Settings {
    Settings {
        profile: None,
        home_region: "ap-southeast-2".parse::<Region>().unwrap(),
        access_role: "OrganizationAccountAccessRole".to_owned(),
        via: Vec::new(),
        session: Duration::from_hours(1),
        run: "bench".to_owned(),
        user: None,
        parallel: 64,
        abandon: CancellationToken::new(),
    }
}
