use std::sync::Arc;

use super::{
    cloud::{Do, Fault},
    zone::{Draw as _, Zone, done, failed},
};
use crate::engine::{apply::Outcome, error::Class, event::Event, graph::Graph};

/// So many, each of which needs the one before it.
fn chain(graph: &mut Graph) {
    let home = graph.home();
    let mut last = graph.plain::<2>(home, "0");
    for index in 1..5 {
        last = graph.toy::<2>(home, &index.to_string(), |needs, spec| spec.refers("of", needs, last));
    }
}

fn many(graph: &mut Graph) {
    let home = graph.home();
    for index in 0..20 {
        graph.plain::<2>(home, &index.to_string());
    }
}

/// Applies, and does something once so many calls have been made.
async fn apply_and(zone: &Zone, calls: usize, act: impl FnOnce()) -> Outcome {
    let act = async {
        while zone.cloud.changes().len() < calls {
            tokio::task::yield_now().await;
        }
        act();
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), act);
    outcome
}

#[tokio::test]
async fn once_stopped_what_runs_is_finished_and_nothing_is_started() {
    let zone = Zone::new(chain);
    zone.cloud.state().pending = 5;
    let outcome = apply_and(&zone, 2, || zone.world.stop.cancel()).await;
    assert_eq!((done(&outcome).len(), outcome.interrupted), (2, 3));
    assert_eq!((outcome.failed.len(), outcome.skipped.len()), (0, 0));
    zone.become_(chain).apply_clean().await;
}

#[tokio::test]
async fn steps_that_queue_for_leave_are_not_started_once_stopped() {
    let zone = Zone::new(many);
    zone.cloud.fault(Do::Create, "management/global/toy/named/0", Fault::Held, 1);
    zone.cloud.fault(Do::Create, "management/global/toy/named/1", Fault::Held, 1);
    zone.cloud.fault(Do::Create, "management/global/toy/named/2", Fault::Held, 1);
    let stop = || {
        zone.world.stop.cancel();
        zone.cloud.go_on.cancel();
    };
    let outcome = apply_and(&zone, 3, stop).await;
    assert_eq!((done(&outcome).len(), outcome.interrupted), (3, 17));
}

#[tokio::test]
async fn removals_that_queue_for_leave_are_not_started_once_stopped() {
    let zone = Zone::new(many);
    zone.apply_clean().await;
    let zone = zone.become_(|graph| _ = graph.home()).prune();
    for index in [0, 1, 10] {
        zone.cloud.fault(Do::Delete, &format!("management/global/toy/named/{index}"), Fault::Held, 1);
    }
    let stop = || {
        zone.world.stop.cancel();
        zone.cloud.go_on.cancel();
    };
    let outcome = apply_and(&zone, 23, stop).await;
    assert_eq!((done(&outcome).len(), outcome.interrupted), (3, 17));
}

/// Two things, perhaps denied to each other, and perhaps another one.
fn denied(denied: bool, new: bool) -> impl Fn(&mut Graph) {
    move |graph| {
        let home = graph.home();
        let (a, b) = (graph.plain::<2>(home, "a"), graph.plain::<2>(home, "b"));
        if denied {
            graph.toy::<6>(home, "denied", |needs, spec| spec.end(needs, a).end(needs, b));
        }
        if new {
            graph.plain::<2>(home, "new");
        }
    }
}

/// How often a step was said to begin, and how often to end.
fn told(zone: &mut Zone, of: &str) -> (usize, usize) {
    let heard = zone.heard();
    let count = |is_it: fn(&Event) -> Option<&Arc<str>>| {
        heard.iter().filter_map(is_it).filter(|address| address.starts_with(of)).count()
    };
    let began = count(|event| match event {
        Event::Started { address, .. } => Some(address),
        _ => None,
    });
    let ended = count(|event| match event {
        Event::Done { address, .. } | Event::Failed { address, .. } | Event::Skipped { address, .. } => {
            Some(address)
        }
        _ => None,
    });
    (began, ended)
}

#[tokio::test]
async fn what_was_refused_at_first_begins_and_ends_once() {
    const DENIED: &str = "management/global/toy/denial/denied";
    const NEW: &str = "management/global/toy/named/new";
    let zone = Zone::new(denied(true, false));
    zone.apply_clean().await;
    let refuse = |times| zone.cloud.fault(Do::Delete, DENIED, Fault::Refused(Class::Final), times);

    // Interrupted before it was tried again.
    let mut one = zone.become_(denied(false, true));
    refuse(1);
    one.cloud.fault(Do::Create, NEW, Fault::Held, 1);
    let stop = || {
        one.world.stop.cancel();
        one.cloud.go_on.cancel();
    };
    let before = one.cloud.changes().len();
    let outcome = apply_and(&one, before + 2, stop).await;
    assert_eq!((done(&outcome), outcome.interrupted), (vec![NEW], 0));
    assert!(outcome.failed[0].0.starts_with(DENIED), "{:?}", outcome.failed);
    assert_eq!((outcome.failed.len(), outcome.failed[0].1.class), (1, Class::Interrupted));
    assert!(outcome.failed[0].1.chain()[1].contains("is refused"), "{:?}", outcome.failed);
    assert_eq!(told(&mut one, DENIED), (1, 1));

    // Held back by what failed.
    one.cloud.tamper("management/global", super::toy::NAMED, |items| items.retain(|item| item.key != "new"));
    let mut two = zone.become_(denied(false, true));
    refuse(1);
    two.cloud.fault(Do::Create, NEW, Fault::Refused(Class::Final), 1);
    let (_, outcome) = two.apply().await;
    let left = failed(&outcome);
    assert_eq!((left.len(), left[0].0), (2, NEW));
    assert!(left[1].0.starts_with(DENIED) && left[1].1.contains(NEW), "{left:?}");
    assert_eq!((outcome.skipped.len(), told(&mut two, DENIED)), (0, (1, 1)));

    // Tried again.
    let mut three = zone.become_(denied(false, true));
    refuse(1);
    three.apply_clean().await;
    assert_eq!(told(&mut three, DENIED), (1, 1));
}

#[tokio::test]
async fn once_abandoned_nothing_is_waited_for() {
    let zone = Zone::new(chain);
    zone.cloud.state().pending = u32::MAX;
    let abandon = || {
        zone.world.stop.cancel();
        zone.world.abandon.cancel();
    };
    let outcome = apply_and(&zone, 1, abandon).await;
    assert_eq!(outcome.failed[0].1.class, Class::Interrupted);
    assert_eq!(zone.cloud.changes().len(), 1);
}

#[tokio::test]
async fn the_last_to_know_of_the_world_is_the_one_who_made_it() {
    let zone = Zone::new(many);
    zone.apply_clean().await;
    assert_eq!(Arc::strong_count(&zone.world), 1);
}
