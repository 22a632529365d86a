use super::{
    cloud::{Do, Fault, Item},
    toy::*,
    zone::{Draw as _, HERE, ZONE, Zone, done, failed, skipped, step, words},
};
use crate::engine::{error::Class, graph::Graph, kind::ADDRESS_TAG, plan::Action};

const NAMED_A: &str = "management/global/toy/named/a";
const TAGGED_A: &str = "management/us-east-1/toy/tagged/a";

fn named(graph: &mut Graph) {
    let home = graph.home();
    let a = graph.plain::<2>(home, "a");
    graph.toy::<2>(home, "b", |needs, spec| spec.refers("of", needs, a));
}

fn tagged(graph: &mut Graph) {
    let home = graph.home();
    let here = graph.at_home(home, HERE);
    graph.plain::<3>(here, "a");
}

#[tokio::test]
async fn what_nobody_owns_is_adopted_only_with_leave() {
    let mut zone = Zone::new(named);
    zone.cloud.put("management/global", NAMED, Item::old("a").with("a", "2"));
    let (plan, outcome) = zone.apply().await;
    assert_eq!(words(&plan), [format!("adopt {NAMED_A}"), "create management/global/toy/named/b".to_owned()]);
    assert_eq!(zone.cloud.changes(), []);
    assert_eq!(skipped(&outcome).into_values().collect::<Vec<_>>(), [NAMED_A, NAMED_A]);
    zone = zone.adopt();
    zone.apply_clean().await;
    assert_eq!(zone.cloud.state().items("management/global", NAMED).count(), 2);
}

#[tokio::test]
async fn what_another_landing_zone_owns_is_blocked() {
    let zone = Zone::new(named).adopt();
    zone.cloud.put("management/global", NAMED, Item::old("a").owned_by("rival", NAMED_A));
    let (plan, _) = zone.apply().await;
    assert!(
        matches!(&step(&plan, NAMED_A).action, Action::Blocked(obstacle) if obstacle.why.contains("`rival`"))
    );
    assert_eq!(zone.cloud.changes(), []);
}

#[tokio::test]
async fn a_lost_tag_never_makes_a_twin() {
    let zone = Zone::new(tagged).adopt();
    zone.apply_clean().await;
    zone.cloud.tamper("management/us-east-1", TAGGED, |items| items[0].tags.clear());
    assert_eq!(words(&zone.plan().await), [format!("adopt {TAGGED_A}")]);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.count(Do::Create, TAGGED_A), 1);
}

#[tokio::test]
async fn tags_find_what_has_another_second_identity_by_now() {
    let zone = Zone::new(tagged);
    zone.apply_clean().await;
    zone.cloud.tamper("management/us-east-1", TAGGED, |items| items[0].key = "moved".to_owned());
    zone.assert_settled().await;
}

#[tokio::test]
async fn a_lost_address_is_given_back_without_leave() {
    let zone = Zone::new(tagged);
    zone.apply_clean().await;
    zone.cloud.tamper("management/us-east-1", TAGGED, |items| drop(items[0].tags.remove(ADDRESS_TAG)));
    let plan = zone.plan().await;
    assert_eq!(words(&plan), [format!("update {TAGGED_A}")]);
    assert_eq!(step(&plan, TAGGED_A).changes.list()[0].path, "tags[landfall:address]");
    zone.apply_clean().await;
}

#[tokio::test]
async fn several_that_could_be_it_are_blocked_and_none_is_an_orphan() {
    let zone = Zone::new(tagged).adopt().prune();
    for _ in 0..2 {
        zone.cloud.put("management/us-east-1", TAGGED, Item::old("a").owned_by(ZONE, TAGGED_A));
    }
    let (plan, _) = zone.apply().await;
    assert_eq!(words(&plan), [format!("blocked {TAGGED_A}")]);
    assert_eq!(zone.cloud.changes(), []);
}

#[tokio::test]
async fn what_carries_a_sisters_address_is_not_taken_by_its_key() {
    let twins = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        for name in ["a", "b"] {
            let spec = |_: &mut crate::engine::graph::Needs<'_>, _| Spec::new("same").with("name", name);
            graph.toy::<3>(here, name, spec);
        }
    };
    let zone = Zone::new(twins);
    zone.apply_clean().await;
    zone.cloud.tamper("management/us-east-1", TAGGED, |items| items.retain(|item| item.made_for != TAGGED_A));
    assert_eq!(words(&zone.plan().await), [format!("create {TAGGED_A}")]);
    let some = zone.become_(twins).only(&["management/us-east-1/toy/tagged/a"]);
    assert_eq!(words(&some.plan().await), [format!("create {TAGGED_A}")]);
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_resource_that_is_renamed_in_the_toml_gets_its_new_address() {
    let zone = Zone::new(tagged);
    zone.apply_clean().await;
    let zone = zone.become_(|graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        graph.toy::<3>(here, "renamed", |_, _| Spec::new("a").with("a", "1"));
    });
    assert_eq!(words(&zone.plan().await), ["update management/us-east-1/toy/tagged/renamed"]);
    zone.apply_clean().await;
}

/// Whether what has a name has none of our tags, and nothing else has come up beside it.
fn is_untouched(zone: &Zone, item: &Item) -> bool {
    let state = zone.cloud.state();
    let named: Vec<_> = state.items("management/global", NAMED).cloned().collect();
    named == [Item { id: named[0].id.clone(), ..item.clone() }]
}

#[tokio::test]
async fn what_somebody_makes_between_plan_and_create_is_theirs() {
    let theirs = || Item::old("a").with("a", "2");
    let without = "`a` exists without our tags".to_owned();
    let rival = "`a` belongs to the landing zone `rival`".to_owned();
    for (item, why) in [(theirs(), without), (theirs().owned_by("rival", NAMED_A), rival)] {
        for zone in [Zone::new(named), Zone::new(named).adopt()] {
            zone.cloud.state().lag = 1;
            zone.cloud.put("management/global", NAMED, item.clone());
            let (plan, outcome) = zone.apply().await;
            assert_eq!(step(&plan, NAMED_A).action, Action::Create);
            assert_eq!(failed(&outcome), [(NAMED_A, why.clone())]);
            assert_eq!(outcome.failed[0].1.class, Class::Stale);
            assert!(is_untouched(&zone, &item));
            assert_eq!(zone.cloud.changes(), [(Do::Create, NAMED_A.to_owned())]);
        }
    }
}

#[tokio::test]
async fn what_somebody_made_is_theirs_after_a_lost_answer_too() {
    let zone = Zone::new(named);
    zone.cloud.state().lag = 2;
    let theirs = Item::old("a").with("a", "2");
    zone.cloud.put("management/global", NAMED, theirs.clone());
    zone.cloud.fault(Do::Create, NAMED_A, Fault::Lost { carried: false }, 1);
    let (_, outcome) = zone.apply().await;
    assert_eq!(failed(&outcome), [(NAMED_A, "`a` exists without our tags".to_owned())]);
    assert!(is_untouched(&zone, &theirs));
}

#[tokio::test]
async fn what_is_taken_and_does_not_show_is_told_as_aws_told_it() {
    let zone = Zone::new(named);
    zone.cloud.state().lag = u32::MAX;
    zone.cloud.put("management/global", NAMED, Item::old("a"));
    let (_, outcome) = zone.apply().await;
    assert_eq!(failed(&outcome), [(NAMED_A, "the name is taken".to_owned())]);
}

#[tokio::test]
async fn what_a_lost_answer_made_is_ours_once_its_tags_show() {
    let zone = Zone::new(named);
    zone.cloud.state().slow_tags = 3;
    zone.cloud.fault(Do::Create, NAMED_A, Fault::Lost { carried: true }, 1);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.state().items("management/global", NAMED).count(), 2);
}

#[tokio::test]
async fn what_a_run_that_died_had_made_between_plan_and_create_is_ours() {
    let zone = Zone::new(named);
    zone.cloud.state().lag = 2;
    zone.cloud.put("management/global", NAMED, Item::old("a").with("a", "1").owned_by(ZONE, NAMED_A));
    let (plan, outcome) = zone.apply().await;
    assert_eq!((&step(&plan, NAMED_A).action, outcome.failed.len()), (&Action::Create, 0));
    zone.assert_settled().await;
    assert_eq!(zone.cloud.state().items("management/global", NAMED).count(), 2);
}

#[tokio::test]
async fn a_create_that_was_carried_out_before_it_was_refused_is_ours() {
    let zone = Zone::new(named);
    zone.cloud.state().lag = 2;
    zone.cloud.fault(Do::Create, NAMED_A, Fault::Lost { carried: true }, 1);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.state().items("management/global", NAMED).count(), 2);
}

#[tokio::test]
async fn what_moved_is_found_by_its_old_address_with_all_its_parts() {
    let called = |name: &'static str| {
        move |graph: &mut Graph| {
            let home = graph.home();
            let here = graph.at_home(home, HERE);
            graph.plain::<3>(here, name);
            graph.plain::<3>(here, &format!("{name}/part"));
            graph.plain::<3>(here, "old-one");
        }
    };
    let zone = Zone::new(called("old"));
    zone.apply_clean().await;
    // Somebody's copy of its tags says nothing of who made that, before as after.
    let copied = Item::old("copy").owned_by(ZONE, "management/us-east-1/toy/tagged/old");
    zone.cloud.put("management/global", NAMED, copied);
    let copy = "orphan management/global/toy/named/copy";
    assert_eq!(words(&zone.plan().await), [copy]);
    let zone = zone.become_(move |graph| {
        called("new")(graph);
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        graph.moved::<Tagged>(here, "old", "new");
    });
    let zone = zone.prune();
    let (plan, outcome) = zone.apply().await;
    let prefix = "update management/us-east-1/toy/tagged";
    let expected = [format!("{prefix}/new"), format!("{prefix}/new/part"), copy.to_owned()];
    assert_eq!((words(&plan), done(&outcome).len()), (expected.into(), 2));
    zone.cloud.tamper("management/global", NAMED, Vec::clear);
    zone.become_(called("new")).assert_settled().await;
}

#[test]
fn an_address_of_before_leads_on_from_move_to_move() {
    let mut graph = Graph::new("acme");
    let account = graph.account("play");
    let here = graph.at_home(account, HERE);
    let node = graph.plain::<3>(here, "new/deep").id();
    graph.account_moved(&"dev".parse().expect("a name"), &"play".parse().expect("a name"));
    graph.moved::<Tagged>(here, "new/low", "new/deep");
    graph.moved::<Tagged>(here, "old", "new");
    let meant = |address: &str| graph.meant_by(address) == Some(node);
    for before in ["dev/us-east-1/toy/tagged/old/low", "dev/us-east-1/toy/tagged/new/deep"] {
        assert!(meant(before), "{before}");
    }
    assert!(meant("play/us-east-1/toy/tagged/old/deep"));
    for other in ["toy/tagged/older/low", "toy/tagged/low", "toy/named/old/low"] {
        assert!(!meant(&format!("dev/us-east-1/{other}")), "{other}");
    }
    assert!(!meant("development/us-east-1/toy/tagged/old/low"));
}
