use std::time::Duration;

use super::{
    cloud::{Do, Fault, Item},
    toy::*,
    zone::{Draw as _, HERE, ZONE, Zone, failed, words},
};
use crate::engine::{error::Class, event::Event, graph::Graph};

const NAMED_A: &str = "management/global/toy/named/a";
const TAGGED_A: &str = "management/us-east-1/toy/tagged/a";
const HASTY_A: &str = "management/global/toy/hasty/a";

fn draw<const N: usize>(value: &'static str) -> impl Fn(&mut Graph) {
    move |graph| {
        let home = graph.home();
        let at = if N == 3 { graph.at_home(home, HERE) } else { home };
        graph.toy::<N>(at, "a", |_, spec| spec.with("a", value));
    }
}

#[tokio::test]
async fn a_create_is_waited_for_until_it_shows_and_is_ready() {
    let mut zone = Zone::new(draw::<2>("1"));
    (zone.cloud.state().lag, zone.cloud.state().pending) = (2, 2);
    let (_, outcome) = zone.apply().await;
    assert_eq!(outcome.done.len(), 1);
    let why = |event| match event {
        Event::Waiting { why, .. } => Some(why),
        _ => None,
    };
    let waits: Vec<_> = zone.heard().into_iter().filter_map(why).collect();
    assert_eq!(waits, ["to become visible", "to be built"]);
    assert_eq!(zone.cloud.changes().len(), 1);
}

#[tokio::test]
async fn an_update_that_is_slow_to_show_is_sent_once() {
    let zone = Zone::new(draw::<2>("1"));
    zone.apply_clean().await;
    let zone = zone.become_(draw::<2>("2"));
    zone.cloud.state().lag = 12;
    zone.apply().await;
    assert_eq!(zone.cloud.count(Do::Update, NAMED_A), 1);
    zone.assert_settled().await;
}

#[tokio::test]
async fn tags_that_are_slow_to_show_are_not_sent_again() {
    for zone in [Zone::new(draw::<2>("1")), Zone::new(draw::<3>("1"))] {
        zone.cloud.state().slow_tags = 3;
        zone.apply_clean().await;
        assert_eq!(zone.cloud.changes().len(), 1);
    }
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_makes_no_twin() {
    for carried in [true, false] {
        let zone = Zone::new(draw::<3>("1"));
        zone.cloud.state().lag = 2;
        zone.cloud.fault(Do::Create, TAGGED_A, Fault::Lost { carried }, 1);
        zone.apply_clean().await;
        assert_eq!(zone.cloud.state().items("management/us-east-1", TAGGED).count(), 1);
        assert_eq!(zone.cloud.count(Do::Create, TAGGED_A), if carried { 1 } else { 2 });
    }
}

#[tokio::test]
async fn what_is_refused_for_the_moment_is_sent_again() {
    let zone = Zone::new(draw::<2>("1"));
    for class in [Class::Throttled, Class::NotYet] {
        zone.cloud.fault(Do::Create, NAMED_A, Fault::Refused(class), 2);
    }
    zone.apply_clean().await;
    let zone = zone.become_(draw::<2>("2"));
    zone.cloud.fault(Do::Update, NAMED_A, Fault::Refused(Class::Throttled), 2);
    zone.cloud.fault(Do::Update, NAMED_A, Fault::Lost { carried: true }, 1);
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_look_that_fails_for_the_moment_is_repeated() {
    let zone = Zone::new(draw::<2>("1"));
    let late = async {
        while zone.cloud.changes().is_empty() {
            tokio::task::yield_now().await;
        }
        zone.cloud.fault(Do::Read, "management/global/toy/named", Fault::Refused(Class::Throttled), 3);
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), late);
    assert_eq!((outcome.done.len(), zone.cloud.changes().len()), (1, 1));
}

#[tokio::test]
async fn what_does_not_converge_is_told_with_field_and_values() {
    let zone = Zone::new(draw::<9>("1"));
    zone.apply_clean().await;
    let zone = zone.become_(draw::<9>("2")).pace(|pace| pace.patience = Duration::from_millis(4));
    zone.cloud.state().lag = u32::MAX;
    let (_, outcome) = zone.apply().await;
    let (_, error) = &outcome.failed[0];
    assert_eq!(error.class, Class::Deadline);
    let facts = [("field", "a"), ("wanted", "\"2\""), ("seen", "\"1\"")];
    assert_eq!(error.facts, facts.map(|(label, value)| (label, value.to_owned())));
    let sent = zone.cloud.count(Do::Update, HASTY_A);
    assert!((2..=4).contains(&sent), "{sent} times");
}

#[tokio::test]
async fn what_never_shows_is_told() {
    let zone = Zone::new(draw::<9>("1"));
    zone.cloud.state().lag = u32::MAX;
    let (_, outcome) = zone.apply().await;
    assert_eq!(failed(&outcome), [(HASTY_A, "waited 0 s for it to become visible".to_owned())]);
    assert_eq!(zone.cloud.count(Do::Create, HASTY_A), 1);
}

#[tokio::test]
async fn what_is_gone_when_it_is_to_be_changed_is_not_made_anew_unseen() {
    let zone = Zone::new(draw::<9>("1"));
    zone.apply_clean().await;
    let zone = zone.become_(draw::<9>("2"));
    zone.cloud.fault(Do::Update, HASTY_A, Fault::Lost { carried: false }, 1);
    let take = async {
        while zone.cloud.changes().len() < 2 {
            tokio::task::yield_now().await;
        }
        zone.cloud.tamper("management/global", HASTY, Vec::clear);
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), take);
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(zone.cloud.count(Do::Create, HASTY_A), 1);
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_was_seen_in_a_newborn_account_is_not_made_when_it_goes() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        graph.plain::<9>(account, "a");
    });
    let address = "prod/global/toy/hasty/a";
    let building = Item { pending: u32::MAX, ..Item::old("a").owned_by(ZONE, address) };
    zone.cloud.state().born_with.push((HASTY, building));
    let take = async {
        while zone.cloud.count(Do::Read, "prod/global/toy/hasty") < 2 {
            tokio::task::yield_now().await;
        }
        zone.cloud.tamper("prod/global", HASTY, Vec::clear);
    };
    let ((_, outcome), ()) = tokio::join!(zone.apply(), take);
    assert_eq!((outcome.failed.len(), zone.cloud.count(Do::Create, address)), (1, 0));
}

#[tokio::test]
async fn what_aws_gave_up_on_is_blocked() {
    let zone = Zone::new(draw::<2>("1"));
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| items[0].failed = Some("no capacity".to_owned()));
    assert_eq!(words(&zone.plan().await), [format!("blocked {NAMED_A}")]);
}
