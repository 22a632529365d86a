//! The way that plan, apply and drift go together: load, compose, connect, read, plan.

use std::{
    any::Any,
    collections::BTreeSet,
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{
    exit::Exit,
    home::{Home, home},
    interrupt::Interrupt,
    offer::offer,
    quotas,
    settings::Settings,
};
use crate::{
    aws::{self, Caller, Cloud},
    compose::Composed,
    config::{self, Checked, Complaint, Complaints, Files},
    engine::{
        apply::{Outcome, apply},
        destroy::destroy,
        error::{Class, Error},
        estimate::estimate,
        event::Events,
        graph::Graph,
        plan::{Options, Plan, plan},
        quota::Near,
        select::Selection,
        snapshot::{Keep, Snapshot, read},
        world::World,
    },
    kinds,
    model::{Detail, LandingZone, Problem},
    names::{Moment, Region, RoleRef, Severity},
    proofs,
    report::{Applied, Outlook, Times, json},
    runs::RunId,
};

/// A landing zone without mistakes.
pub(super) struct Landing {
    pub files: Files,
    pub zone: LandingZone,
    pub graph: Arc<Graph>,
    pub warnings: Complaints,
}

/// Loads, composes and proves, or tells everything that is wrong.
pub(super) fn load(settings: &Settings) -> Result<Landing, Exit> {
    proven(settings, Files::read(&settings.directory))
}

/// Composes and proves what these files say, or tells everything that is wrong.
pub(super) fn proven(settings: &Settings, files: Files) -> Result<Landing, Exit> {
    try_to_prove(files).map_err(|complaints| complain(settings, &complaints))
}

/// Composes and proves what these files say, or gives everything that is wrong.
pub(super) fn try_to_prove(files: Files) -> Result<Landing, Complaints> {
    let Landing { files, zone, graph, mut warnings } = compose(files)?;
    let refuted = proofs::refuted(&zone, &graph);
    let is_refuted = refuted.iter().any(|problem| problem.severity == Severity::Mistake);
    warnings.extend(refuted.into_iter().map(complaint));
    if is_refuted { Err(warnings) } else { Ok(Landing { files, zone, graph, warnings }) }
}

/// Loads and composes what may not hold, or tells everything that is wrong.
pub(super) fn composed(settings: &Settings) -> Result<Landing, Exit> {
    compose(Files::read(&settings.directory)).map_err(|complaints| complain(settings, &complaints))
}

fn compose(files: Files) -> Result<Landing, Complaints> {
    let Checked { zone, warnings } = config::parse(&files)?;
    graph_of(files, zone, warnings)
}

fn graph_of(files: Files, zone: LandingZone, mut warnings: Complaints) -> Result<Landing, Complaints> {
    match crate::compose::compose(&zone) {
        Ok(Composed { graph, warnings: composed }) => {
            warnings.extend(composed.into_iter().map(complaint));
            Ok(Landing { files, zone, graph: Arc::new(graph), warnings })
        }
        Err(problems) => {
            warnings.extend(problems.into_iter().map(complaint));
            Err(warnings)
        }
    }
}

/// Problems of the whole as complaints about its files.
pub(super) fn complaints(problems: Vec<Problem>, files: &Files) -> Complaints {
    Complaints::new(problems.into_iter().map(complaint).collect(), files.clone())
}

fn complaint(problem: Problem) -> Complaint {
    let Problem { severity, origin, message, details, help } = problem;
    Complaint { severity, help, ..Complaint::new(&origin, message) }.details(details)
}

/// Tells what is wrong with a landing zone.
pub(super) fn complain(settings: &Settings, complaints: &Complaints) -> Exit {
    if settings.out.is_json() {
        settings.out.validated(&views(complaints));
    } else {
        let rendered = complaints.render(settings.out.has_colors());
        settings.out.complaints(&rendered, complaints.mistakes(), complaints.warnings());
    }
    Exit::Error
}

pub(super) fn views(complaints: &Complaints) -> Vec<json::Complaint<'_>> {
    complaints.iter().map(view).collect()
}

fn view(complaint: &Complaint) -> json::Complaint<'_> {
    let Complaint { severity, origin, message, label, notes, details, help } = complaint;
    json::Complaint {
        severity: *severity,
        file: origin.path(),
        line: origin.at.line,
        column: origin.at.column,
        message,
        label: label.as_deref(),
        help: help.as_deref(),
        via: origin.chain().skip(1).map(json::Origin::of).collect(),
        notes: notes.iter().map(note).collect(),
        details: details.iter().map(|Detail { title, lines }| json::Detail { title, lines }).collect(),
    }
}

fn note(note: &config::Note) -> json::Note<'_> {
    json::Note { origin: json::Origin::of(&note.origin), label: &note.label }
}

impl Landing {
    /// This landing zone with what its files don't say, or tells why that can't be.
    pub(super) fn changed(
        self,
        settings: &Settings,
        change: impl FnOnce(&mut LandingZone),
    ) -> Result<Self, Exit> {
        let Self { files, mut zone, graph: _, warnings } = self;
        change(&mut zone);
        graph_of(files, zone, warnings).map_err(|complaints| complain(settings, &complaints))
    }

    /// Tells what likely is not as it was meant.
    pub(super) fn warn(&self, settings: &Settings) {
        if self.warnings.count() > 0 {
            settings.out.rendered(&self.warnings.render(settings.out.has_colors()));
        }
    }

    /// The same as data, which says that there are no mistakes.
    pub(super) fn validated(&self, settings: &Settings) {
        settings.out.validated(&views(&self.warnings));
    }
}

/// Everything that was read and what follows from it.
pub(super) struct Look {
    pub cloud: Arc<Cloud>,
    pub graph: Arc<Graph>,
    pub snapshot: Snapshot,
    pub plan: Arc<Plan>,
    pub outlook: Outlook,
    pub caller: Caller,
    pub organization: Home,
    interrupt: Interrupt,
}

/// AWS, and who one is there.
pub(super) struct Entered {
    pub run: RunId,
    pub cloud: Arc<Cloud>,
    pub caller: Caller,
}

/// What becomes of work that was interrupted, or failed, while nothing was being changed.
pub(super) fn unless_interrupted<T>(
    settings: &Settings,
    result: Option<Result<T, Error>>,
) -> Result<T, Exit> {
    match result {
        Some(Ok(result)) => Ok(result),
        Some(Err(error)) => {
            settings.out.error(&error);
            Err(Exit::Error)
        }
        None => {
            settings.out.warn("interrupted while nothing was being changed");
            Err(Exit::Incomplete)
        }
    }
}

/// Finds credentials, and asks whose they are.
pub(super) async fn enter(
    settings: &Settings,
    interrupt: &Interrupt,
    zone: &LandingZone,
) -> Result<Entered, Exit> {
    let entering = Box::pin(entered(settings, interrupt, zone));
    unless_interrupted(settings, interrupt.unless(entering).await)
}

/// The same, for whoever says otherwise what becomes of a failure.
pub(super) async fn entered(
    settings: &Settings,
    interrupt: &Interrupt,
    zone: &LandingZone,
) -> Result<Entered, Error> {
    let run = RunId::new(Moment::now());
    let cloud = connect(settings, interrupt, Some(zone), &run).await?;
    let caller = cloud.caller().await?;
    Ok(Entered { run, cloud, caller })
}

/// Finds credentials, and asks nobody.
pub(super) async fn connect(
    settings: &Settings,
    interrupt: &Interrupt,
    zone: Option<&LandingZone>,
    run: &RunId,
) -> Result<Arc<Cloud>, Error> {
    Cloud::connect(connection(settings, interrupt, zone, run)).await.map(Arc::new)
}

/// Reads AWS and plans. Changes nothing. Whoever goes on to show what AWS has keeps everything.
pub(super) async fn look(
    settings: &Settings,
    interrupt: &Interrupt,
    landing: &Landing,
    (options, keep): (&Options, Keep),
) -> Result<Look, Exit> {
    // What can't be meant is told before anybody is asked for credentials.
    select(settings, &landing.graph)?;
    let entered = enter(settings, interrupt, &landing.zone).await?;
    look_in(settings, interrupt, landing, (options, keep), &entered).await
}

/// The same where one has entered already.
pub(super) async fn look_in(
    settings: &Settings,
    interrupt: &Interrupt,
    landing: &Landing,
    (options, keep): (&Options, Keep),
    entered: &Entered,
) -> Result<Look, Exit> {
    let selection = select(settings, &landing.graph)?;
    let Entered { run: _, cloud, caller } = entered;
    let graph = Arc::clone(&landing.graph);
    let reading = shown(settings, cloud, interrupt, async |world| {
        let snapshot = interrupt.unless(read(world, &graph, selection, keep)).await?;
        let organization = match home(&graph, &snapshot, world, caller).await {
            Ok(organization) => organization,
            Err(error) => return Some(Err(error)),
        };
        let plan = Arc::new(plan(&graph, &snapshot, options));
        let quotas = interrupt.unless(quotas::near(world, &plan, (&graph, &snapshot))).await?;
        Some(Ok((snapshot, organization, plan, quotas)))
    });
    let (found, _) = Box::pin(reading).await;
    let (snapshot, organization, plan, quotas) = unless_interrupted(settings, found)?;
    let outlook = outlook(settings, cloud, (&plan, &graph, options), quotas);
    let (cloud, caller, interrupt) = (Arc::clone(cloud), caller.clone(), interrupt.clone());
    Ok(Look { cloud, graph, snapshot, plan, outlook, caller, organization, interrupt })
}

/// What is known of an apply of this plan, after as many calls as reading takes.
fn outlook(
    settings: &Settings,
    cloud: &Cloud,
    (plan, graph, options): (&Plan, &Graph, &Options),
    quotas: Vec<Near>,
) -> Outlook {
    let (rates, reads) = (aws::rates(settings.parallel), cloud.calls().total());
    let estimate = estimate(plan, graph, kinds::ALL, (options.adopt, reads), &rates);
    Outlook { estimate, quotas }
}

/// Does a piece of work while its progress is shown, and takes the time of its steps; the display is gone when this
/// returns.
pub(super) async fn shown<T>(
    settings: &Settings,
    cloud: &Arc<Cloud>,
    interrupt: &Interrupt,
    work: impl AsyncFnOnce(&Arc<World>) -> T,
) -> (T, Times) {
    shown_to(Events::default(), settings, cloud, interrupt, work).await
}

/// The same where somebody else listens too.
async fn shown_to<T>(
    mut events: Events,
    settings: &Settings,
    cloud: &Arc<Cloud>,
    interrupt: &Interrupt,
    work: impl AsyncFnOnce(&Arc<World>) -> T,
) -> (T, Times) {
    let display = settings.out.follow(events.listen());
    let shared = Arc::clone(cloud) as Arc<dyn Any + Send + Sync>;
    let mut world = World::new(kinds::ALL, shared, settings.parallel, events);
    (world.stop, world.abandon) = (interrupt.stop.clone(), interrupt.abandon.clone());
    let world = Arc::new(world);
    let result = work(&world).await;
    drop(world);
    (result, display.finish().await)
}

/// The nodes that `--only` names, with everything they need; all of them without it.
pub(super) fn select(settings: &Settings, graph: &Graph) -> Result<Selection, Exit> {
    if settings.only.is_empty() {
        return Ok(Selection::everything());
    }
    Selection::only(graph, &settings.only).map_err(|unknown| {
        for word in unknown {
            let what = format!("`--only {word}` names no account and no address of this landing zone");
            settings.out.error(&Error::new(Class::Final, what).hint(offer(graph, &word)));
        }
        Exit::Error
    })
}

/// What the machine calls whoever runs this.
pub(super) fn user() -> Option<String> {
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok());
    user.filter(|name| !name.is_empty())
}

/// How to reach AWS; without a landing zone no further than the caller's own account.
fn connection(
    settings: &Settings,
    interrupt: &Interrupt,
    zone: Option<&LandingZone>,
    run: &RunId,
) -> aws::Settings {
    let access = zone.map(|zone| &zone.access);
    // The landing zone knows its roles by their keys, and AWS by what it calls them.
    let named = |hop: &RoleRef| Some((hop.account.clone(), zone?.role(hop)?.path_and_name()));
    aws::Settings {
        profile: settings.profile.clone(),
        home_region: zone.map_or(Region::STAND_IN, |zone| *zone.organization.home_region),
        access_role: access.map(|access| access.role.to_string()).unwrap_or_default(),
        via: access
            .map(|access| access.via.iter().filter_map(|hop| named(hop)).collect())
            .unwrap_or_default(),
        session: Duration::from_secs(access.map(|access| access.session.as_seconds()).unwrap_or_default()),
        run: run.to_string(),
        user: user(),
        parallel: settings.parallel,
        abandon: interrupt.abandon.clone(),
    }
}

/// What the command line and `[removed]` allow.
pub(super) fn options(zone: &LandingZone, adopt: bool, prune: bool) -> Options {
    let removed: BTreeSet<_> = zone.removed.iter().map(ToString::to_string).collect();
    Options { adopt, prune, removed }
}

impl Look {
    /// Who you are and in which organization.
    pub(super) fn introduce(&self, settings: &Settings) {
        let organization = match &self.organization {
            Home::Organization(id) => format!("the organization {id}"),
            Home::None => "no organization yet".to_owned(),
            Home::Unknown => "its organization is not known".to_owned(),
        };
        let (Caller { account, arn, user_id: _ }, name) = (&self.caller, &self.plan.organization);
        settings
            .out
            .status(&format!("You are {arn} in account {account}; landing zone `{name}`, {organization}."));
    }

    /// Does a piece of work at places of this run.
    pub(super) async fn within<T>(&self, settings: &Settings, work: impl AsyncFnOnce(&Arc<World>) -> T) -> T {
        shown(settings, &self.cloud, &self.interrupt, work).await.0
    }

    /// Tells that there is nothing to do.
    pub(super) fn settled(&self, settings: &Settings) {
        let (outcome, times) = (Outcome::default(), Times::default());
        let Self { cloud, plan, outlook, .. } = self;
        let (elapsed, calls) = (Duration::ZERO, cloud.calls().total());
        settings.out.outcome(&Applied { plan, outcome: &outcome, outlook, elapsed, calls, times: &times });
    }

    /// The same with a plan to take away all that may go. `own` are the addresses of what Landfall itself goes through.
    pub(super) fn destroying(self, settings: &Settings, own: &[String], options: &Options) -> Self {
        let Self { graph, mut snapshot, .. } = self;
        let plan = Arc::new(destroy(&graph, &mut snapshot, own, options));
        let outlook = outlook(settings, &self.cloud, (&plan, &graph, options), Vec::new());
        Self { graph, snapshot, plan, outlook, ..self }
    }

    /// Makes AWS equal to the landing zone, as the plan shows. Once `stop` is cancelled, or the run is interrupted, no
    /// new step is started.
    pub(super) async fn apply(
        self,
        settings: &Settings,
        options: &Options,
        stop: &CancellationToken,
        events: Events,
    ) -> Done {
        let Self { cloud, graph, snapshot, plan, outlook, interrupt, .. } = self;
        let begun = Instant::now();
        let (told, out) = (interrupt.clone(), settings.out.clone());
        let telling = tokio::spawn(async move { told.tell(&out).await });
        let interrupt = Interrupt { stop: stop.clone(), ..interrupt };
        let outcome = shown_to(events, settings, &cloud, &interrupt, async |world| {
            apply(world, &graph, snapshot, &plan, options).await
        });
        let (outcome, times) = outcome.await;
        telling.abort();
        Done { outcome, plan, outlook, cloud, elapsed: begun.elapsed(), times }
    }
}

/// An apply that ended, or a destroy.
pub(super) struct Done {
    pub outcome: Outcome,
    pub plan: Arc<Plan>,
    pub outlook: Outlook,
    pub cloud: Arc<Cloud>,
    pub elapsed: Duration,
    pub times: Times,
}

impl Done {
    /// Tells what it came to.
    pub(super) fn tell(&self, settings: &Settings) {
        let Self { outcome, plan, outlook, cloud, elapsed, times } = self;
        let (elapsed, calls) = (*elapsed, cloud.calls().total());
        settings.out.outcome(&Applied { plan, outcome, outlook, elapsed, calls, times });
    }
}
