//! Accounts that left the landing zone, and what has no tags and stays.

use super::{
    cloud::{Do, Fault, Item},
    toy::*,
    zone::{ABROAD, Draw as _, HERE, Zone, step, words},
};
use crate::engine::{error::Class, graph::Graph, plan::Action};

/// Two accounts with something in each of their places.
fn two(graph: &mut Graph) {
    for account in ["dev", "prod"] {
        let account = graph.account(account);
        graph.plain::<2>(account, "global");
        let home = graph.at_home(account, HERE);
        graph.plain::<3>(home, "here");
        let abroad = graph.abroad(account);
        graph.plain::<3>(abroad, "abroad");
    }
}

/// The same without `dev`.
fn one(graph: &mut Graph) {
    let account = graph.account("prod");
    graph.plain::<2>(account, "global");
    let home = graph.at_home(account, HERE);
    graph.plain::<3>(home, "here");
    let abroad = graph.abroad(account);
    graph.plain::<3>(abroad, "abroad");
}

fn abroad_of_dev() -> String {
    format!("dev/{ABROAD}/toy/tagged/abroad")
}

async fn left() -> Zone {
    let zone = Zone::new(two);
    zone.apply_clean().await;
    zone.become_(one)
}

#[tokio::test]
async fn what_is_ours_in_an_account_that_left_is_found_and_goes_when_asked() {
    let zone = left().await;
    let plan = zone.plan().await;
    let inside = ["dev/global/toy/named/global", "dev/us-east-1/toy/tagged/here", &abroad_of_dev()];
    for address in inside {
        assert!(matches!(step(&plan, address).action, Action::Orphan(_)), "{address}");
    }
    assert_eq!((plan.searched, plan.unsearched.len()), (Some(7), 0));
    let mut zone = zone;
    zone.options.prune = true;
    zone.apply().await;
    zone.options.prune = false;
    assert_eq!(words(&zone.plan().await), ["orphan management/global/org/account/dev"]);
}

#[tokio::test]
async fn a_region_that_is_closed_there_is_not_asked() {
    let zone = left().await;
    zone.cloud.tamper("dev/global", OPT_IN, Vec::clear);
    let plan = zone.plan().await;
    assert!(plan.steps.iter().all(|step| *step.address != *abroad_of_dev()));
    assert_eq!((plan.searched, plan.unsearched.len()), (Some(6), 0));
}

#[tokio::test]
async fn an_account_that_left_and_can_not_be_read_holds_nobody_up() {
    let zone = left().await;
    zone.cloud.fault(Do::Read, "dev/global/toy/named", Fault::Refused(Class::Denied), 1);
    let plan = zone.plan().await;
    assert_eq!(plan.unsearched.len(), 1);
    assert!(plan.unsearched[0].why.starts_with("it can't be read: "), "{:?}", plan.unsearched);
    assert!(!plan.is_incomplete());
    // The rest of it was searched.
    assert!(matches!(step(&plan, &abroad_of_dev()).action, Action::Orphan(_)));
}

#[tokio::test]
async fn a_closed_account_is_not_entered() {
    let zone = left().await;
    let close = |items: &mut Vec<Item>| {
        for item in items.iter_mut().filter(|item| item.key == "dev") {
            item.failed = Some("it is closed".to_owned());
        }
    };
    zone.cloud.tamper("management/global", ACCOUNT, close);
    let before = zone.cloud.count(Do::Read, "dev/global/toy/named");
    let plan = zone.plan().await;
    assert_eq!(plan.unsearched[0].why, "it is closed");
    assert_eq!(zone.cloud.count(Do::Read, "dev/global/toy/named"), before);
}

#[tokio::test]
async fn an_account_that_is_not_looked_after_is_said_to_be_unsearched() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.plain::<0>(home, "suspended");
    });
    let plan = zone.plan().await;
    assert_eq!(
        (&*plan.unsearched[0].why, plan.unsearched[0].account.as_str()),
        ("it is not looked after", "suspended")
    );
}

#[tokio::test]
async fn what_has_no_tags_stays_and_is_told() {
    let draw = |stated: bool| {
        move |graph: &mut Graph| {
            let account = graph.account("prod");
            let home = graph.at_home(account, HERE);
            if stated {
                graph.plain::<7>(home, "setting");
            }
        }
    };
    let zone = Zone::new(draw(true));
    zone.apply_clean().await;
    assert_eq!(zone.plan().await.unstated.len(), 0);
    let later = zone.become_(draw(false));
    let plan = later.plan().await;
    let [unstated] = &plan.unstated[..] else { panic!("{:?}", plan.unstated) };
    assert_eq!((unstated.kind, &*unstated.label, unstated.why), (SINGLETON, "setting", "it always exists"));
    assert!(!plan.is_drift() && !plan.is_incomplete(), "it may be somebody else's");
    let mut part = zone.become_(draw(false));
    part.only = vec!["prod".to_owned()];
    assert_eq!(part.plan().await.unstated.len(), 0);
}

#[tokio::test]
async fn a_note_that_can_not_be_read_is_no_failure() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        graph.at_home(account, HERE);
    });
    zone.apply_clean().await;
    zone.cloud.fault(Do::Read, "prod/us-east-1/toy/singleton", Fault::Refused(Class::Denied), 1);
    let plan = zone.plan().await;
    assert!(!plan.is_incomplete(), "{:?}", plan.unreadable);
    assert!(plan.unsearched[0].why.starts_with("`toy/singleton` can't be read: "), "{:?}", plan.unsearched);
}
