//! The turn of an apply: in an organization there is one at a time.

use std::{env, io, sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use super::{
    exit::Exit,
    flow::{self, Entered, Landing},
    interrupt::Interrupt,
    settings::Settings,
};
use crate::{
    engine::{
        error::{Class, Error},
        plan::Plan,
    },
    journal::{Begun, Ended, Holder, Line, SCHEMA},
    names::Moment,
    report::took,
    runs::{self, Basis, Folder, Held, Loss, Mark, Store, Told, Writer},
};

/// The turn of one run.
pub(super) struct Turn<'a> {
    settings: &'a Settings,
    interrupt: &'a Interrupt,
    entered: &'a Entered,
    store: Arc<Store>,
    folder: Option<Folder>,
    holder: Holder,
    mark: Option<Mark>,
}

/// The bucket of runs of whoever calls.
pub(super) fn store(landing: &Landing, entered: &Entered) -> Store {
    let Entered { run: _, cloud, caller } = entered;
    Store::new(cloud, &caller.account, landing.graph.organization())
}

impl<'a> Turn<'a> {
    pub(super) fn of(
        settings: &'a Settings,
        interrupt: &'a Interrupt,
        landing: &Landing,
        entered: &'a Entered,
    ) -> Self {
        let organization = landing.graph.organization();
        let holder = Holder {
            run: entered.run.to_string(),
            organization: organization.to_string(),
            arn: entered.caller.arn.clone(),
            user: flow::user(),
            host: runs::host(),
            since: Moment::now().to_string(),
            boot: None,
        };
        let (store, folder) = (Arc::new(store(landing, entered)), Folder::of(organization));
        Self { settings, interrupt, entered, store, folder, holder, mark: None }
    }

    /// Waits until nobody else applies. Changes nothing.
    pub(super) async fn free(&self) -> Result<Basis, Exit> {
        let tell = |told: Told<'_>| self.tell(told);
        let waiting = Box::pin(runs::free(&self.store, self.folder.as_ref(), &tell));
        flow::unless_interrupted(self.settings, self.interrupt.unless(waiting).await)
    }

    /// Takes the lease; nothing if somebody else took it since that was seen.
    pub(super) async fn take(&mut self, basis: &Basis) -> Result<Option<Held>, Exit> {
        // Before the lease names it: whoever finds the lease looks for the mark.
        if self.mark.is_none() {
            self.mark = self.mark();
            self.holder.boot = self.mark.as_ref().and_then(|_| runs::boot());
        }
        let Interrupt { stop, abandon } = self.interrupt;
        let taking = Box::pin(runs::take(&self.store, self.holder.clone(), basis, stop));
        let taken = tokio::select! {
            taken = taking => taken,
            () = abandon.cancelled() => {
                self.settings.out.warn("interrupted while the lease was being taken: if it was, it lapses by itself");
                return Err(Exit::Incomplete);
            }
        };
        taken.map_err(|error| {
            self.settings.out.error(&error);
            Exit::Error
        })
    }

    fn mark(&self) -> Option<Mark> {
        let begun = self.folder.as_ref()?.begin(&self.entered.run);
        begun.map_err(|error| self.settings.out.warn(&unkept(self.folder.as_ref(), &error))).ok()
    }

    /// The journal of this run, which begins to do what a plan shows.
    pub(super) fn journal(&mut self, plan: &Plan) -> Writer {
        let (out, folder) = (self.settings.out.clone(), self.folder.clone());
        let trouble = move |error: &io::Error| out.warn(&unkept(folder.as_ref(), error));
        let mut writer = Writer::new(self.mark.take(), Box::new(trouble));
        let Holder { run, organization, arn, user, host, since: _, boot: _ } = self.holder.clone();
        let steps = plan.steps.iter().filter(|step| step.action.verb().is_some()).count();
        writer.write(&Line::Begun(Begun {
            schema: SCHEMA.to_owned(),
            at: Moment::now().to_string(),
            run,
            organization,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            arn,
            user,
            host,
            command: env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect(),
            steps: u64::try_from(steps).unwrap_or(u64::MAX),
        }));
        writer
    }

    /// Ends the journal, and puts it where the whole team finds it.
    pub(super) async fn keep(&mut self, mut writer: Writer, ended: Ended) {
        writer.write(&Line::Ended(ended));
        let kept = in_time(runs::keep(&self.store, &self.entered.run, &mut writer)).await;
        // The lease is still this run's, which lives as long as its file is locked.
        self.mark = writer.into_mark();
        if let Err(error) = kept {
            let why = error.in_short();
            let out = &self.settings.out;
            out.warn(&format!("the journal of this run stays on this machine alone: {why}"));
        }
    }

    /// Puts the journals there that earlier runs left on this machine alone. No run fails for it.
    pub(super) async fn hand_in(&self) {
        let Some(folder) = &self.folder else { return };
        let handing = in_time(runs::hand_in(&self.store, folder, &self.entered.run));
        if let Some(Err(error)) = self.interrupt.unless(handing).await {
            let why = error.in_short();
            let out = &self.settings.out;
            out.warn(&format!("journals of earlier runs stay on this machine alone: {why}"));
        }
    }

    /// Tells when the lease is lost, for as long as this is polled.
    pub(super) fn watch(&self, held: &Held) -> impl Future<Output = ()> + Send + 'static {
        let (out, lost) = (self.settings.out.clone(), held.lost());
        async move {
            match lost.await {
                Some(Loss::Lapsed(error)) => out.error(&lapsed(error)),
                Some(Loss::Taken { by, broken_by }) => out.warn(&taken(&by, broken_by.as_deref())),
                None => {}
            }
        }
    }

    /// Gives the lease back. Whether it was held to the end; if it was not, whoever watches has told why.
    pub(super) async fn end(self, held: Held, watching: JoinHandle<()>) -> bool {
        let is_lost = held.loss().is_some();
        if !is_lost {
            watching.abort();
        }
        drop(watching.await);
        if let Err(error) = held.release().await {
            let why = error.in_short();
            self.settings
                .out
                .warn(&format!("the lease could not be given back, and lapses by itself: {why}"));
        }
        self.hand_in().await;
        !is_lost
    }

    fn tell(&self, told: Told<'_>) {
        let out = &self.settings.out;
        match told {
            Told::Waiting(lease, left) => {
                let since = lease.holder.since.parse().map_or_else(|_| String::new(), Moment::clock);
                out.warn(&format!("waiting, because {} is at work since {since}", who(&lease.holder)));
                let left = took(left);
                out.hint(&format!(
                    "its lease lapses in {left} unless it is renewed; Ctrl-C stops waiting, `landfall unlock` breaks it"
                ));
            }
            Told::Lapsed(lease) => out.warn(&format!(
                "the lease of {} was not renewed, and is taken over: this run goes on where AWS stands",
                who(&lease.holder)
            )),
            Told::Dead(lease, left) => out.warn(&died(&lease.holder.run, left)),
        }
    }
}

/// `jane on laptop (arn:aws:iam::111122223333:user/jane, run 20261129-104142-7f3a)`
pub(super) fn who(holder: &Holder) -> String {
    let Holder { run, organization: _, arn, user, host, since: _, boot: _ } = holder;
    match (user, host) {
        (Some(user), Some(host)) => format!("{user} on {host} ({arn}, run {run})"),
        (Some(name), None) | (None, Some(name)) => format!("{name} ({arn}, run {run})"),
        (None, None) => format!("{arn} (run {run})"),
    }
}

/// A run whose lease is taken over.
fn died(run: &str, left: Duration) -> String {
    let when = if left.is_zero() {
        String::new()
    } else {
        format!(" in {}, when all that it asked of AWS shows", took(left))
    };
    format!(
        "run {run} died on this machine: this run takes over its lease{when}, and goes on where AWS stands"
    )
}

/// What is done with a journal, unless it takes too long: a run that is over waits no longer for journals than others wait
/// for it.
async fn in_time(keeping: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let kept = tokio::time::timeout(Duration::from_secs(20), Box::pin(keeping)).await;
    kept.unwrap_or_else(|_| Err(Error::new(Class::Unknown, "AWS does not answer")))
}

/// A journal that can't be written.
fn unkept(folder: Option<&Folder>, error: &io::Error) -> String {
    let place = folder.map_or_else(String::new, |folder| format!(" in {}", folder.path().display()));
    format!("the journal of this run can't be written{place}, and goes into the bucket alone: {error}")
}

const STOPS: &str = "no new step is started, those under way are finished";

fn taken(by: &Holder, broken_by: Option<&str>) -> String {
    match broken_by {
        Some(whom) => format!("the lease of this run was broken by {whom}: {STOPS}"),
        None => format!("{} has the lease of this run now: {STOPS}", who(by)),
    }
}

fn lapsed(error: Arc<Error>) -> Error {
    let hint = error.hint.clone();
    let lapsed = Error::new(Class::Interrupted, format!("the lease could not be renewed in time: {STOPS}"));
    let lapsed = lapsed.source(error);
    match hint {
        Some(hint) => lapsed.hint(hint),
        None => lapsed.hint("run it again: it goes on where AWS stands"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(user: Option<&str>, host: Option<&str>) -> Holder {
        Holder {
            run: "20261129-104142-7f3a".into(),
            organization: "acme".into(),
            arn: "arn:aws:iam::111122223333:user/jane".into(),
            user: user.map(Into::into),
            host: host.map(Into::into),
            since: String::new(),
            boot: None,
        }
    }

    #[test]
    fn a_run_that_died_is_replaced_when_all_it_asked_for_shows() {
        let told = [Duration::ZERO, Duration::from_secs(12)].map(|left| died("20261129-104142-7f3a", left));
        insta::assert_snapshot!(told.join("\n"), @r"
        run 20261129-104142-7f3a died on this machine: this run takes over its lease, and goes on where AWS stands
        run 20261129-104142-7f3a died on this machine: this run takes over its lease in 12s, when all that it asked of AWS shows, and goes on where AWS stands
        ");
    }

    #[test]
    fn a_loss_says_who_has_the_lease_and_what_goes_on() {
        let told = [
            taken(&holder(Some("jane"), Some("laptop")), None),
            taken(&holder(None, Some("ci-7")), None),
            taken(&holder(None, None), Some("arn:aws:iam::111122223333:user/joe")),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        jane on laptop (arn:aws:iam::111122223333:user/jane, run 20261129-104142-7f3a) has the lease of this run now: no new step is started, those under way are finished
        ci-7 (arn:aws:iam::111122223333:user/jane, run 20261129-104142-7f3a) has the lease of this run now: no new step is started, those under way are finished
        the lease of this run was broken by arn:aws:iam::111122223333:user/joe: no new step is started, those under way are finished
        ");
        let error =
            lapsed(Arc::new(Error::new(Class::Denied, "failed to call PutObject").hint("sign in again")));
        assert_eq!((error.class, error.hint.as_deref()), (Class::Interrupted, Some("sign in again")));
    }
}
