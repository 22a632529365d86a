//! `landfall policy`

use std::collections::{BTreeMap, BTreeSet};

use clap::Subcommand;

use super::{
    doctor::{Route, not_copied},
    exit::Exit,
    flow::{self, Landing},
    settings::Settings,
};
use crate::{
    engine::{
        error::{Class, Error},
        permissions::{Work, permissions},
    },
    kinds::{self, s3::probe},
    model::{Archive, IamQuotas, LandingZone},
    names::{AccountName, nearest, runs_bucket},
    policy::{Arn, Document, Size, Statement},
    report::Needed,
    runs,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall policy plan                  # what reading takes
  landfall policy plan --replication    # and what `doctor --replication` takes
  landfall policy apply --prune         # what changing takes
  landfall policy plan --account prod   # for the role in one account";

/// Print the least IAM policies that this landing zone needs
///
/// One is for the caller, one for the role in the members. They are made of what the kinds in use call, and of how
/// Landfall enters accounts. No action is a wildcard. A policy that is longer than a managed policy may be (6,144
/// characters) is printed in several.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    work: For,
    /// Only what is needed in this account
    #[arg(long, value_name = "NAME", global = true)]
    account: Option<AccountName>,
}

/// What the policies are for.
#[derive(Clone, Copy, Debug, Subcommand)]
enum For {
    /// For `plan`, `drift` and whatever else only reads
    Plan {
        /// Also for the probe that `doctor --replication` puts into the archive
        #[arg(long)]
        replication: bool,
    },
    /// For `apply`
    Apply {
        /// Also for what `apply --prune` deletes
        #[arg(long)]
        prune: bool,
    },
}

/// How many actions one statement has at most, so that several fit into a policy.
const MANY: usize = 50;

type Actions = BTreeSet<&'static str>;

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let landing = match flow::load(settings) {
        Ok(landing) => landing,
        Err(exit) => return exit,
    };
    let work = match args.work {
        For::Plan { .. } => Work::Read,
        For::Apply { prune } => Work::Apply { prune },
    };
    let mut needed = permissions(kinds::ALL, &landing.graph, work);
    // What comes near a quota is asked for by every plan.
    for actions in needed.values_mut() {
        actions.insert("servicequotas:GetServiceQuota");
    }
    if work != Work::Read {
        // An apply takes its turn before it changes anything.
        needed.entry(AccountName::management()).or_default().extend(runs::ACTIONS);
    }
    let zone = &landing.zone;
    let besides = match besides(zone, args.work) {
        Ok(besides) => besides,
        Err(error) => {
            settings.out.error(&error);
            return Exit::Error;
        }
    };
    let told = if let Some(name) = &args.account {
        let Some(actions) = needed.get(name) else {
            settings.out.error(&unknown(&landing, name));
            return Exit::Error;
        };
        let enters = name.is_management() || !zone.access.via.is_empty();
        vec![told(zone, format!("`{name}`"), (actions, besides.of(name)), enters)]
    } else {
        everybody(zone, needed, besides)
    };
    settings.out.needed(&told);
    Exit::Fine
}

/// What is allowed with some resources alone.
#[derive(Default)]
struct Besides {
    /// With the bucket of leases and journals, in the management account.
    runs: Vec<Statement>,
    /// With the buckets that the archive is copied between.
    probes: Vec<Statement>,
    /// The accounts of those buckets.
    ends: Vec<AccountName>,
}

impl Besides {
    fn of(self, account: &AccountName) -> Vec<Statement> {
        let Self { runs, probes, ends } = self;
        let probes = if ends.contains(account) { probes } else { Vec::new() };
        if account.is_management() { [runs, probes].concat() } else { probes }
    }
}

fn besides(zone: &LandingZone, work: For) -> Result<Besides, Error> {
    let For::Plan { replication } = work else { return Ok(Besides::default()) };
    let home = zone.organization.home_region.value;
    let bucket = format!("arn:{}:s3:::{}", home.partition().as_str(), runs_bucket("*", home));
    let statement = Statement::allow("Runs").actions(runs::READS.iter().copied());
    let runs = vec![statement.resources([format!("{bucket}/*"), bucket])];
    if !replication {
        return Ok(Besides { runs, ..Besides::default() });
    }
    let route = Route::of(zone).ok_or_else(not_copied)?;
    Ok(Besides { runs, probes: probes(zone), ends: route.accounts().cloned().collect() })
}

/// Putting a probe into the archive, and looking for its copy. The key's own policy says of it which object may be put.
fn probes(zone: &LandingZone) -> Vec<Statement> {
    let partition = zone.organization.home_region.partition();
    // Ids of accounts, which names of buckets hold, may not be known yet.
    let bucket = format!("arn:{partition}:s3:::{}-{}-*", zone.organization.name, Archive::MAIN);
    let of = |sid: &str, actions: &[&'static str], resource: String| {
        Statement::allow(sid).actions(actions.iter().copied()).resources([resource])
    };
    vec![
        of("Probes", probe::WRITES, format!("{bucket}/{}*", probe::PREFIX)),
        of("Copies", probe::READS, format!("{bucket}/*")),
        of("Archives", probe::LISTS, bucket.clone()),
        of("ProbeKeys", probe::KEYS, format!("arn:{partition}:kms:*:*:key/*")),
    ]
}

fn unknown(landing: &Landing, name: &AccountName) -> Error {
    let error = Error::new(Class::Final, format!("nothing is looked after in an account `{name}`"));
    let known = landing.graph.places().iter().map(|site| site.place.account.as_str());
    match nearest(name.as_str(), known) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.hint("it takes the name of an account of this landing zone, or `management`"),
    }
}

/// The caller's own, and what the role takes that each member has.
fn everybody(
    zone: &LandingZone,
    needed: BTreeMap<AccountName, Actions>,
    Besides { runs, probes, ends: _ }: Besides,
) -> Vec<Needed> {
    let (mut management, mut members) = (Actions::new(), Actions::new());
    for (account, actions) in needed {
        if account.is_management() { &mut management } else { &mut members }.extend(actions);
    }
    let role = format!("`{}` in every member account", *zone.access.role);
    vec![
        told(zone, "the caller, in the management account".to_owned(), (&management, runs), true),
        told(zone, role, (&members, probes), !zone.access.via.is_empty()),
    ]
}

/// Policies with these actions, with what is allowed besides, and with the right to go on into the members from here.
fn told(
    zone: &LandingZone,
    holder: String,
    (actions, besides): (&Actions, Vec<Statement>),
    enters: bool,
) -> Needed {
    let mut services: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for action in actions {
        services.entry(action.split(':').next().unwrap_or_default()).or_default().push(action);
    }
    let mut statements = Vec::new();
    for (service, actions) in services {
        for (number, some) in actions.chunks(MANY).enumerate() {
            let number = if actions.len() > MANY { (number + 1).to_string() } else { String::new() };
            let statement = Statement::allow(&(sid(service) + &number));
            statements.push(statement.actions(some.iter().copied()).resources(["*"]));
        }
    }
    statements.extend(besides);
    if enters {
        statements.push(Statement::allow("Enter").actions(["sts:AssumeRole"]).resources(roles(zone)));
    }
    let policies: Vec<_> = split(statements).iter().map(Document::to_value).collect();
    let sizes = policies.iter().map(|policy| Size::of(&policy.to_string()).without_space).collect();
    Needed { holder, policies, sizes }
}

/// `Route53resolver`
fn sid(service: &str) -> String {
    let letters = service.chars().filter(char::is_ascii_alphanumeric);
    letters
        .enumerate()
        .map(|(at, letter)| if at == 0 { letter.to_ascii_uppercase() } else { letter })
        .collect()
}

/// The roles by which members are entered.
fn roles(zone: &LandingZone) -> Vec<String> {
    let partition = zone.organization.home_region.partition().as_str();
    let arn = |path: &str, name: &str| Arn::role(partition, "*", path, name).to_string();
    let hops = zone.access.via.iter().filter_map(|hop| zone.role(hop));
    hops.map(|role| arn(&role.path, &role.aws_name)).chain([arn("/", &zone.access.role)]).collect()
}

/// As few documents as statements fit into, each no longer than a managed policy may be.
fn split(statements: Vec<Statement>) -> Vec<Document> {
    let size = |statements: &[Statement]| {
        let document = Document::new(statements.iter().cloned());
        Size::of(&document.to_value().to_string()).without_space
    };
    let mut documents: Vec<Vec<Statement>> = Vec::new();
    for statement in statements {
        let fits = |held: &&mut Vec<Statement>| {
            let with: Vec<_> = held.iter().cloned().chain([statement.clone()]).collect();
            size(&with) <= IamQuotas::MANAGED_POLICY
        };
        match documents.iter_mut().find(fits) {
            Some(held) => held.push(statement),
            None => documents.push(vec![statement]),
        }
    }
    documents.into_iter().map(Document::new).collect()
}
