//! The way that plan, apply and drift go together: load, compose, connect, read, plan.

use std::{
    any::Any,
    collections::BTreeSet,
    env,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{
    exit::Exit,
    interrupt::{self, Interrupt},
    settings::Settings,
};
use crate::{
    aws::{self, Caller, Cloud},
    compose::{self, Problem},
    config::{self, Complaint, Files},
    engine::{
        apply::{Outcome, apply},
        error::{Class, Error},
        event::Events,
        graph::{Graph, Node},
        kind::Kind as _,
        plan::{Options, Plan, plan},
        select::Selection,
        snapshot::{Entry, Snapshot, read},
        world::World,
    },
    kinds,
    model::LandingZone,
    names::{AccountName, RoleRef},
    report::json,
};

/// A landing zone that has nothing wrong with it.
pub(super) struct Landing {
    pub zone: LandingZone,
    pub graph: Arc<Graph>,
}

/// Loads and composes, or tells everything that is wrong.
pub(super) fn load(settings: &Settings) -> Result<Landing, Exit> {
    let files = Files::read(&settings.directory);
    let zone = config::parse(&files).map_err(|complaints| {
        let list: Vec<_> = complaints.iter().cloned().collect();
        complain(settings, &list, &files)
    })?;
    match compose::compose(&zone) {
        Ok(graph) => Ok(Landing { zone, graph: Arc::new(graph) }),
        Err(problems) => {
            let list: Vec<_> = problems.into_iter().map(complaint).collect();
            Err(complain(settings, &list, &files))
        }
    }
}

fn complaint(problem: Problem) -> Complaint {
    let complaint = Complaint::new(&problem.origin, problem.message);
    match problem.help {
        Some(help) => complaint.help(help),
        None => complaint,
    }
}

fn complain(settings: &Settings, complaints: &[Complaint], files: &Files) -> Exit {
    if settings.out.is_json() {
        let views = complaints.iter().map(|complaint| json::Complaint {
            file: &complaint.origin.file,
            line: complaint.origin.line,
            column: complaint.origin.column,
            message: &complaint.message,
            help: complaint.help.as_deref(),
        });
        settings.out.validated(&views.collect::<Vec<_>>());
    } else {
        let rendered = config::render(complaints, files, settings.out.has_colors());
        settings.out.complaints(&rendered, complaints.len());
    }
    Exit::Error
}

/// Everything that was read and what follows from it.
pub(super) struct Look {
    pub cloud: Arc<Cloud>,
    pub graph: Arc<Graph>,
    pub snapshot: Snapshot,
    pub plan: Arc<Plan>,
    pub caller: Caller,
    interrupt: Interrupt,
}

/// Reads AWS and plans. Changes nothing.
pub(super) async fn look(settings: &Settings, landing: &Landing, options: &Options) -> Result<Look, Exit> {
    let failed = |error: Error| {
        settings.out.error(&error);
        Exit::Error
    };
    let selection = select(settings, &landing.graph)?;
    let interrupt = interrupt::listen(&settings.out);
    let cloud = Cloud::connect(connection(settings, &landing.zone)).await.map_err(failed)?;
    let caller = cloud.caller().await.map_err(failed)?;
    let (cloud, graph) = (Arc::new(cloud), Arc::clone(&landing.graph));
    let reading = shown(settings, &cloud, &interrupt, async |world| {
        tokio::select! {
            snapshot = read(world, &graph, selection) => Some(snapshot),
            // Reading changes nothing: there is nothing to finish.
            () = world.stop.cancelled() => None,
        }
    });
    let Some(snapshot) = reading.await else { return Err(Exit::Incomplete) };
    let plan = Arc::new(plan(&graph, &snapshot, options));
    Ok(Look { cloud, graph, snapshot, plan, caller, interrupt })
}

/// Does a piece of work while its progress is shown; the display is gone when this returns.
async fn shown<T>(
    settings: &Settings,
    cloud: &Arc<Cloud>,
    interrupt: &Interrupt,
    work: impl AsyncFnOnce(&Arc<World>) -> T,
) -> T {
    let (events, listener) = Events::channel();
    let display = settings.out.follow(listener);
    let shared = Arc::clone(cloud) as Arc<dyn Any + Send + Sync>;
    let mut world = World::new(kinds::ALL, shared, settings.parallel, events);
    (world.stop, world.abandon) = (interrupt.stop.clone(), interrupt.abandon.clone());
    let world = Arc::new(world);
    let result = work(&world).await;
    drop(world);
    display.finish().await;
    result
}

fn select(settings: &Settings, graph: &Graph) -> Result<Selection, Exit> {
    if settings.only.is_empty() {
        return Ok(Selection::everything());
    }
    Selection::only(graph, &settings.only).map_err(|unknown| {
        for word in unknown {
            let error = Error::new(
                Class::Final,
                format!("`--only {word}` names no account and no address of this landing zone"),
            );
            settings
                .out
                .error(&error.hint("`landfall plan -v` shows addresses; an account's name takes all of it"));
        }
        Exit::Error
    })
}

fn connection(settings: &Settings, zone: &LandingZone) -> aws::Settings {
    let access = &zone.access;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok());
    let hop = |hop: &RoleRef| (hop.account.clone(), hop.role.to_string());
    aws::Settings {
        profile: settings.profile.clone(),
        home_region: *zone.organization.home_region,
        access_role: access.role.to_string(),
        via: access.via.iter().map(|located| hop(located)).collect(),
        session: Duration::from_secs(access.session.as_seconds()),
        run: format!("{:x}", now.as_secs()),
        user: user.filter(|name| !name.is_empty()),
        parallel: settings.parallel,
    }
}

/// What the command line and `[removed]` allow.
pub(super) fn options(zone: &LandingZone, adopt: bool, prune: bool) -> Options {
    let removed: BTreeSet<_> = zone.removed.iter().map(ToString::to_string).collect();
    Options { adopt, prune, removed }
}

impl Look {
    /// What AWS calls the organization, if there is one.
    pub(super) fn organization(&self) -> Option<&str> {
        let management = AccountName::management();
        let is_it = |node: &Node| {
            node.address.kind == kinds::organizations::Organization::NAME
                && node.address.place.account == management
        };
        let (id, _) = self.graph.nodes().find(|(_, node)| is_it(node))?;
        match &self.snapshot.entries[id.index()] {
            Entry::Found(found) => Some(&found.label),
            _ => None,
        }
    }

    /// Makes AWS equal to the landing zone, as the plan shows.
    pub(super) async fn apply(self, settings: &Settings, options: &Options) -> Done {
        let Self { cloud, graph, snapshot, plan, interrupt, .. } = self;
        let begun = Instant::now();
        let outcome = shown(settings, &cloud, &interrupt, async |world| {
            apply(world, &graph, snapshot, &plan, options).await
        });
        Done { outcome: outcome.await, plan, cloud, elapsed: begun.elapsed() }
    }
}

/// An apply that ended.
pub(super) struct Done {
    pub outcome: Outcome,
    pub plan: Arc<Plan>,
    pub cloud: Arc<Cloud>,
    pub elapsed: Duration,
}
