use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    cloud::{Do, Fault},
    zone::{Draw as _, Zone, done, failed, skipped},
};
use crate::engine::{
    apply,
    error::Class,
    event::Event,
    graph::Graph,
    plan,
    select::Selection,
    snapshot::{self, Keep},
};

fn address(name: &str) -> String {
    format!("management/global/toy/named/{name}")
}

/// `b` and `c` need `a`, `d` needs both; `free` needs nothing.
fn diamond(graph: &mut Graph) {
    let home = graph.home();
    let a = graph.plain::<2>(home, "a");
    let [b, c] = ["b", "c"].map(|name| graph.toy::<2>(home, name, |needs, spec| spec.refers("of", needs, a)));
    graph.toy::<2>(home, "d", |needs, spec| {
        needs.after(c.id());
        spec.refers("of", needs, b)
    });
    graph.plain::<2>(home, "free");
}

#[tokio::test]
async fn a_failure_skips_its_dependents_and_nothing_else() {
    let zone = Zone::new(diamond);
    zone.cloud.fault(Do::Create, &address("b"), Fault::Refused(Class::Final), 1);
    let (_, outcome) = zone.apply().await;
    let b = address("b");
    assert_eq!(failed(&outcome), [(&*b, format!("Create {b} is refused"))]);
    assert_eq!(skipped(&outcome), BTreeMap::from([(&*address("d"), &*b)]));
    assert_eq!(outcome.done.len(), 3);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.changes().len(), 6);
}

#[tokio::test]
async fn a_panic_is_a_failed_step() {
    let zone = Zone::new(diamond);
    zone.cloud.fault(Do::Create, &address("b"), Fault::Panics, 1);
    let (_, outcome) = zone.apply().await;
    assert_eq!((failed(&outcome).len(), done(&outcome).len(), outcome.skipped.len()), (1, 3, 1));
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_panic_while_waiting_fails_those_who_wait() {
    let zone = Zone::new(diamond);
    let snapshot = zone.plan().await;
    assert_eq!(snapshot.steps.len(), 5);
    zone.cloud.state().pending = 2;
    let watch = async {
        while zone.cloud.changes().is_empty() {
            tokio::task::yield_now().await;
        }
        zone.cloud.fault(Do::Read, "management/global/toy/named", Fault::Panics, 1);
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), watch);
    assert!(!outcome.failed.is_empty(), "{outcome:?}");
    zone.apply_clean().await;
}

#[tokio::test]
async fn those_who_wait_share_one_look() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        for index in 0..40 {
            graph.plain::<2>(home, &format!("n{index}"));
        }
    })
    .pace(|pace| (pace.gather, pace.shortest) = (Duration::from_millis(5), Duration::from_millis(5)));
    zone.cloud.state().pending = 3;
    let (_, outcome) = zone.apply().await;
    assert_eq!(done(&outcome).len(), 40);
    let looks = zone.cloud.count(Do::Read, "management/global/toy/named");
    assert!(looks < 30, "{looks} looks");
}

#[tokio::test]
async fn a_step_that_waits_lets_others_send() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        for index in 0..10 {
            graph.plain::<2>(home, &format!("n{index}"));
        }
    });
    for index in 0..3 {
        zone.cloud.fault(Do::Create, &address(&format!("n{index}")), Fault::Held, 1);
    }
    let release = async {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert_eq!(zone.cloud.changes().len(), 3, "no more calls than leave is given for");
        zone.cloud.go_on.cancel();
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), release);
    assert_eq!(done(&outcome).len(), 10);
}

#[tokio::test]
async fn events_count_what_is_to_be_done() {
    let mut zone = Zone::new(diamond);
    zone.apply_clean().await;
    let events = zone.heard();
    let ahead = events.iter().find_map(|event| match event {
        Event::Applying { steps, is_destruction: false } => Some(steps.len()),
        _ => None,
    });
    assert_eq!(ahead, Some(5));
    let count = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
    assert_eq!(count(|event| matches!(event, Event::Started { .. })), 5);
    assert_eq!(count(|event| matches!(event, Event::Done { .. })), 5);
}

#[tokio::test]
async fn a_value_that_is_not_what_the_plan_showed_stops_the_step() {
    let draw = |value: &'static str| {
        move |graph: &mut Graph| {
            let home = graph.home();
            graph.toy::<2>(home, "a", |_, spec| spec.with("a", value));
        }
    };
    let (shown, other) = (Zone::new(draw("1")), Zone::new(draw("2")));
    let plan = Arc::new(shown.plan().await);
    let snapshot =
        snapshot::read(&other.world, &other.graph, Selection::everything(), Keep::Differences).await;
    let options = plan::Options::default();
    let outcome = apply::apply(&other.world, &other.graph, snapshot, &plan, &options).await;
    assert_eq!(outcome.failed[0].1.class, Class::Stale);
    assert_eq!(other.cloud.changes(), []);
}
