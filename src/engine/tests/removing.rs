use super::{
    cloud::{Do, Fault, Item},
    toy::*,
    zone::{Draw as _, HERE, ZONE, Zone, done, failed, skipped, step, words},
};
use crate::engine::{
    error::Class,
    graph::Graph,
    plan::{Action, Step},
};

const GLOBAL: &str = "management/global";

fn nothing(graph: &mut Graph) {
    let home = graph.home();
    graph.at_home(home, HERE);
}

/// Two named things, and perhaps a relation between them.
fn pair<const N: usize>(joined: bool) -> impl Fn(&mut Graph) {
    move |graph| {
        nothing(graph);
        let home = graph.home();
        let (a, b) = (graph.plain::<2>(home, "a"), graph.plain::<2>(home, "b"));
        if joined {
            graph.toy::<N>(home, "joined", |needs, spec| spec.end(needs, a).end(needs, b));
        }
    }
}

#[tokio::test]
async fn an_orphan_is_deleted_only_by_prune() {
    let zone = Zone::new(pair::<5>(false));
    zone.apply_clean().await;
    let zone = zone.become_(nothing);
    let (plan, _) = zone.apply().await;
    assert_eq!(
        words(&plan),
        ["orphan management/global/toy/named/a", "orphan management/global/toy/named/b"]
    );
    assert!(plan.is_drift() && !plan.has_changes());
    let zone = zone.prune();
    zone.apply_clean().await;
    assert_eq!(zone.cloud.contents(), Vec::<String>::new());
}

#[tokio::test]
async fn some_are_deleted_only_when_listed() {
    let zone = Zone::new(|graph| {
        nothing(graph);
        let home = graph.home();
        graph.plain::<10>(home, "log");
    });
    zone.apply_clean().await;
    let mut zone = zone.become_(nothing).prune();
    let (plan, _) = zone.apply().await;
    assert!(matches!(&plan.steps[0].action, Action::Orphan(why) if why.contains("[removed]")));
    zone.options.removed.insert("management/global/toy/listed/log".to_owned());
    zone.apply_clean().await;
}

#[tokio::test]
async fn parts_stay_with_what_stays() {
    let zone = Zone::new(|graph| {
        nothing(graph);
        let home = graph.home();
        graph.plain::<10>(home, "log");
        graph.plain::<2>(home, "log/part");
        graph.plain::<2>(home, "other");
    });
    zone.apply_clean().await;
    let mut zone = zone.become_(nothing).prune();
    let (plan, _) = zone.apply().await;
    assert_eq!(
        words(&plan),
        [
            "orphan management/global/toy/listed/log",
            "orphan management/global/toy/named/log/part",
            "delete management/global/toy/named/other"
        ]
    );
    let why = |why: &str| why == "it is part of management/global/toy/listed/log, which stays";
    let part = step(&plan, "management/global/toy/named/log/part");
    assert!(matches!(&part.action, Action::Orphan(told) if why(told)));
    zone.options.removed.insert("management/global/toy/listed/log".to_owned());
    zone.apply_clean().await;
    assert_eq!(zone.cloud.contents(), Vec::<String>::new());
}

#[tokio::test]
async fn an_extra_relation_is_taken_back_by_a_plain_apply() {
    let zone = Zone::new(pair::<5>(true));
    zone.apply_clean().await;
    let zone = zone.become_(pair::<5>(false));
    zone.cloud.state().lag = 2;
    let (plan, outcome) = zone.apply().await;
    assert_eq!((plan.steps.len(), &plan.steps[0].action), (1, &Action::Remove));
    assert_eq!(outcome.done.len(), 1);
    zone.assert_settled().await;
}

#[tokio::test]
async fn extra_slots_are_searched_where_none_is_wanted() {
    let slot = |wanted: bool| {
        move |graph: &mut Graph| {
            let home = graph.home();
            let a = graph.plain::<2>(home, "a");
            if wanted {
                graph.toy::<4>(home, "route", |needs, spec| spec.end(needs, a));
            }
        }
    };
    let zone = Zone::new(slot(true));
    zone.apply_clean().await;
    let zone = zone.become_(slot(false));
    zone.apply_clean().await;
    assert_eq!(zone.cloud.state().items(GLOBAL, SLOT).count(), 0);
}

#[tokio::test]
async fn a_foreign_relation_is_told_and_left_alone_unless_listed() {
    let mut zone = Zone::new(pair::<5>(false));
    zone.apply_clean().await;
    let theirs = zone.cloud.put(GLOBAL, NAMED, Item::old("theirs"));
    zone.cloud.put(GLOBAL, RELATED, Item { ends: vec![theirs], ..Item::old("alien") });
    let plan = zone.plan().await;
    assert_eq!((plan.steps.len(), &*plan.foreign[0].label), (0, "alien"));
    zone.options.removed.insert("management/global/toy/related/alien".to_owned());
    let (plan, outcome) = zone.apply().await;
    assert_eq!(
        (words(&plan), done(&outcome).len()),
        (vec!["remove management/global/toy/related/alien".to_owned()], 1)
    );
}

#[tokio::test]
async fn what_opens_what_is_forbidden_blocks_until_it_is_listed() {
    for (kind, name) in [(RELATED, "related"), (SLOT, "slot")] {
        let mut zone = Zone::new(pair::<5>(false));
        zone.apply_clean().await;
        let theirs = zone.cloud.put(GLOBAL, NAMED, Item::old("theirs"));
        let opens = ("opens".to_owned(), "dev reaches prod".into());
        zone.cloud.put(
            GLOBAL,
            kind,
            Item { ends: vec![theirs], fields: [opens].into(), ..Item::old("alien") },
        );
        let (plan, outcome) = zone.apply().await;
        assert!(plan.is_incomplete() && done(&outcome).is_empty());
        let [Step { action: Action::Blocked(obstacle), .. }] = plan.steps.as_slice() else {
            panic!("{:?}", words(&plan))
        };
        assert_eq!(obstacle.why, "dev reaches prod");
        zone.options.removed.insert(format!("management/global/toy/{name}/alien"));
        let (plan, outcome) = zone.apply().await;
        assert_eq!(
            (words(&plan), done(&outcome).len()),
            (vec![format!("remove management/global/toy/{name}/alien")], 1)
        );
    }
}

#[tokio::test]
async fn what_denies_goes_first_and_other_relations_last() {
    let draw = |joined: bool| {
        move |graph: &mut Graph| {
            pair::<5>(joined)(graph);
            let home = graph.home();
            if joined {
                let c = graph.plain::<2>(home, "c");
                graph.toy::<6>(home, "denied", |needs, spec| spec.end(needs, c));
            } else {
                graph.plain::<2>(home, "new");
            }
        }
    };
    let zone = Zone::new(draw(true));
    zone.apply_clean().await;
    let zone = zone.become_(draw(false)).prune();
    let before = zone.cloud.changes().len();
    zone.apply_clean().await;
    let order: Vec<_> = zone.cloud.changes()[before..]
        .iter()
        .map(|(_, of)| of.rsplit('/').next().map(str::to_owned))
        .collect();
    assert_eq!(order.into_iter().flatten().collect::<Vec<_>>(), ["denied", "new", "joined", "c"]);
}

#[tokio::test]
async fn what_aws_refuses_to_take_back_first_is_tried_again_in_the_end() {
    let zone = Zone::new(pair::<6>(true));
    zone.apply_clean().await;
    let zone = zone.become_(pair::<6>(false));
    zone.cloud.fault(Do::Delete, "management/global/toy/denial/joined", Fault::Refused(Class::Final), 1);
    zone.apply_clean().await;
}

#[tokio::test]
async fn nothing_goes_while_what_may_replace_it_fails() {
    let zone = Zone::new(pair::<5>(true));
    zone.apply_clean().await;
    let zone = zone.become_(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "a");
        graph.plain::<2>(home, "new");
    });
    let zone = zone.prune();
    let new = "management/global/toy/named/new";
    zone.cloud.fault(Do::Create, new, Fault::Refused(Class::Final), 1);
    let (_, outcome) = zone.apply().await;
    assert_eq!(failed(&outcome)[0].0, new);
    assert!(outcome.skipped.len() == 2 && skipped(&outcome).values().all(|because| *because == new));
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_goes_does_not_wait_for_tags() {
    let tagged = |owner: &'static str| {
        move |graph: &mut Graph| {
            let home = graph.home();
            graph.toy::<2>(home, "a", |needs, spec| {
                needs.tags([("owner".to_owned(), owner.to_owned())]);
                spec
            });
        }
    };
    let zone = Zone::new(tagged("jane"));
    zone.apply_clean().await;
    zone.cloud.put(GLOBAL, NAMED, Item::old("left").owned_by(ZONE, "management/global/toy/named/left"));
    let zone = zone.become_(tagged("joe")).prune();
    zone.cloud.fault(Do::Retag, "management/global/toy/named/a", Fault::Refused(Class::Final), 1);
    let (_, outcome) = zone.apply().await;
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(done(&outcome), ["management/global/toy/named/left"]);
}

#[tokio::test]
async fn what_stays_blocked_elsewhere_does_not_keep_an_extra_relation() {
    let zone = Zone::new(pair::<5>(true));
    zone.apply_clean().await;
    let zone = zone.become_(|graph| {
        pair::<5>(false)(graph);
        let home = graph.home();
        graph.toy::<8>(home, "missing", |_, spec| spec);
    });
    let (plan, outcome) = zone.apply().await;
    assert!(plan.is_incomplete());
    assert_eq!((done(&outcome).len(), zone.cloud.state().items(GLOBAL, RELATED).count()), (1, 0));
}

#[tokio::test]
async fn what_is_nested_goes_before_what_it_is_nested_in() {
    let zone = Zone::new(|graph| {
        nothing(graph);
        let home = graph.home();
        for name in ["unit", "unit/b", "unit/b/c", "a-long-name"] {
            graph.plain::<2>(home, name);
        }
    });
    zone.apply_clean().await;
    zone.become_(nothing).prune().apply_clean().await;
}

#[tokio::test]
async fn orphans_go_in_reverse_order_of_the_registry() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        graph.plain::<3>(here, "tagged");
        graph.plain::<9>(home, "hasty");
        graph.plain::<2>(home, "named");
    });
    zone.apply_clean().await;
    let zone = zone.become_(nothing).prune();
    let (_, outcome) = zone.apply().await;
    let order = ["us-east-1/toy/tagged/tagged", "global/toy/hasty/hasty", "global/toy/named/named"];
    assert_eq!(done(&outcome), order.map(|address| format!("management/{address}")));
}

#[tokio::test]
async fn twins_of_an_orphan_are_told_apart() {
    let zone = Zone::new(nothing).prune();
    let ours = || Item::old("vpc").owned_by(ZONE, "management/us-east-1/toy/tagged/gone");
    zone.cloud.put("management/us-east-1", TAGGED, ours());
    zone.cloud.put("management/us-east-1", TAGGED, ours());
    zone.cloud.put("management/us-east-1", TAGGED, Item::old("vpc"));
    let (_, outcome) = zone.apply().await;
    assert_eq!((done(&outcome).len(), outcome.failed.len()), (2, 0));
    assert_eq!(zone.cloud.state().items("management/us-east-1", TAGGED).count(), 1);
}

#[tokio::test]
async fn what_carries_the_address_of_something_elsewhere_is_not_deleted() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        graph.account("prod");
        graph.plain::<2>(home, "a");
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    zone.cloud.put("prod/global", NAMED, Item::old("copy").owned_by(ZONE, "management/global/toy/named/a"));
    let zone = zone.prune();
    let (plan, outcome) = zone.apply().await;
    let Action::Orphan(why) = &step(&plan, "prod/global/toy/named/copy").action else {
        panic!("{:?}", words(&plan))
    };
    assert!(why.contains("elsewhere") && done(&outcome).is_empty());
}

#[tokio::test]
async fn what_two_places_show_is_one_resource() {
    let zone = Zone::new(|graph: &mut Graph| {
        let home = graph.home();
        graph.account("prod");
        graph.plain::<2>(home, "a");
    });
    zone.apply_clean().await;
    let item = zone.cloud.state().items(GLOBAL, NAMED).next().cloned().expect("it was made");
    zone.cloud.tamper("prod/global", NAMED, |items| items.push(item.clone()));
    let zone = zone.prune();
    let (plan, _) = zone.apply().await;
    assert_eq!(words(&plan), Vec::<String>::new());
    let item = item.owned_by(ZONE, "management/global/toy/named/another");
    for place in [GLOBAL, "prod/global"] {
        zone.cloud.tamper(place, NAMED, |items| *items = vec![item.clone()]);
    }
    let (plan, _) = zone.apply().await;
    assert_eq!(words(&plan), ["update management/global/toy/named/a"]);
}

#[tokio::test]
async fn a_lost_answer_to_a_delete_is_asked_again() {
    let zone = Zone::new(pair::<5>(false));
    zone.apply_clean().await;
    let zone = zone.become_(nothing).prune();
    for (name, carried) in [("a", true), ("b", false)] {
        let address = format!("management/global/toy/named/{name}");
        zone.cloud.fault(Do::Delete, &address, Fault::Lost { carried }, 1);
    }
    zone.apply_clean().await;
}
