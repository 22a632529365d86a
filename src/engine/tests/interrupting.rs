use super::{
    cloud::{Do, Fault},
    zone::{Draw as _, Zone, done},
};
use crate::engine::{apply::Outcome, error::Class, graph::Graph};

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
    assert_eq!(std::sync::Arc::strong_count(&zone.world), 1);
}
