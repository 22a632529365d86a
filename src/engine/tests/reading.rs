use super::{
    cloud::{Do, Fault, Item},
    toy::*,
    zone::{ABROAD, Draw as _, HERE, ZONE, Zone, done, skipped, step, words},
};
use crate::engine::{
    error::Class,
    event::Event,
    graph::{Graph, Node, NodeId},
    plan::Action,
    snapshot::{Entry, Keep},
};

#[tokio::test]
async fn unreadable_is_never_absent() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        let a = graph.plain::<2>(home, "a");
        graph.toy::<3>(here, "b", |needs, spec| spec.refers("of", needs, a));
        graph.toy::<4>(home, "slot", |needs, spec| spec.end(needs, a).with("to", "x"));
        graph.plain::<3>(here, "free");
    };
    let zone = Zone::new(draw);
    zone.cloud.fault(Do::Read, "management/global/toy/named", Fault::Refused(Class::Denied), 1);
    let (plan, outcome) = zone.apply().await;
    let a = "management/global/toy/named/a";
    assert_eq!(step(&plan, a).action, Action::Undetermined(a.into()));
    assert_eq!(done(&outcome), ["management/us-east-1/toy/tagged/free"]);
    assert!(skipped(&outcome).values().all(|because| *because == a) && outcome.skipped.len() == 3);
    assert_eq!((plan.unreadable.len(), plan.is_incomplete()), (1, true));
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_relation_is_left_alone_while_one_of_its_ends_is_unreadable() {
    let draw = |graph: &mut Graph| {
        let (home, here) = (graph.home(), graph.home());
        let here = graph.at_home(here, HERE);
        let (a, b) = (graph.plain::<2>(home, "a"), graph.plain::<3>(here, "b"));
        graph.toy::<5>(home, "joined", |needs, spec| spec.end(needs, a).end(needs, b));
    };
    let zone = Zone::new(draw).prune();
    zone.apply_clean().await;
    let before = zone.cloud.contents();
    zone.cloud.fault(Do::Read, "management/us-east-1/toy/tagged", Fault::Refused(Class::Denied), 1);
    let (plan, outcome) = zone.apply().await;
    assert!(
        plan.steps.iter().all(|step| matches!(step.action, Action::Undetermined(_))),
        "{:?}",
        words(&plan)
    );
    assert_eq!((zone.cloud.contents(), outcome.done.len()), (before, 0));
    zone.assert_settled().await;
}

#[tokio::test]
async fn of_what_is_as_it_should_be_nothing_is_kept_unless_it_is_to_be_shown() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        let abroad = graph.abroad(account);
        let a = graph.plain::<3>(abroad, "a");
        graph.toy::<3>(abroad, "b", |needs, spec| spec.refers("of", needs, a));
    });
    zone.apply_clean().await;
    let kept = async |keep| {
        let snapshot = zone.read(keep).await;
        let found = |(id, _): &(NodeId, &Node)| matches!(snapshot.entries[id.index()], Entry::Found(_));
        zone.graph.nodes().filter(found).map(|(_, node)| node.address.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(kept(Keep::Differences).await, Vec::<String>::new());
    assert_eq!(kept(Keep::Everything).await.len(), zone.graph.len());
    zone.cloud.tamper(&format!("prod/{ABROAD}"), TAGGED, |items| {
        items[1].fields.insert("value".to_owned(), "tampered".into());
    });
    assert_eq!(kept(Keep::Differences).await, ["b"]);
}

#[tokio::test]
async fn a_place_that_is_not_there_is_not_asked() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        let abroad = graph.abroad(account);
        graph.plain::<3>(abroad, "a");
    });
    let plan = zone.plan().await;
    let after = |address: &str| step(&plan, address).after.as_deref().map(str::to_owned);
    assert_eq!(
        after(&format!("prod/{ABROAD}/toy/tagged/a")).as_deref(),
        Some("management/global/org/account/prod")
    );
    assert_eq!(plan.searched, Some(1));
    assert_eq!(plan.unreadable.len(), 0);
    zone.apply_clean().await;
    assert_eq!(zone.plan().await.searched, Some(3));
}

#[tokio::test]
async fn a_place_whose_account_is_unreadable_is_not_known() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        graph.plain::<2>(account, "a");
        let home = graph.home();
        graph.plain::<2>(home, "free");
    });
    zone.cloud.fault(Do::Read, "management/global/org/account", Fault::Refused(Class::Denied), 1);
    let (plan, outcome) = zone.apply().await;
    let gate = "management/global/org/account/prod";
    assert_eq!(step(&plan, "prod/global/toy/named/a").action, Action::Undetermined(gate.into()));
    assert_eq!(done(&outcome), ["management/global/toy/named/free"]);
}

#[tokio::test]
async fn what_a_newborn_account_comes_with_is_not_made_twice() {
    let draw = |graph: &mut Graph| {
        let account = graph.account("prod");
        graph.plain::<2>(account, "a");
        graph.plain::<2>(account, "b");
    };
    let zone = Zone::new(draw);
    zone.cloud.state().born_with.push((NAMED, Item::old("a").with("a", "old")));
    let (_, outcome) = zone.apply().await;
    let [(address, error)] = &outcome.failed[..] else { panic!("{outcome:?}") };
    assert_eq!((&**address, error.class), ("prod/global/toy/named/a", Class::Stale));
    assert_eq!(zone.cloud.count(Do::Create, "prod/global/toy/named/a"), 0);
    let zone = zone.adopt();
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_a_newborn_account_has_as_ours_is_kept_or_changed() {
    let zone = Zone::new(|graph| {
        let account = graph.account("prod");
        graph.plain::<2>(account, "a");
        graph.plain::<2>(account, "b");
        graph.toy::<8>(account, "zone", |_, spec| spec);
    });
    let ours = |key: &str, value: &str| {
        Item::old(key).with("a", value).owned_by(ZONE, &format!("prod/global/toy/named/{key}"))
    };
    zone.cloud.state().born_with =
        vec![(NAMED, ours("a", "1")), (NAMED, ours("b", "2")), (LOOKUP, Item::old("zone"))];
    zone.apply_clean().await;
    let calls = [(Do::Create, "management/global/org/account/prod"), (Do::Update, "prod/global/toy/named/b")];
    assert_eq!(zone.cloud.changes(), calls.map(|(what, of)| (what, of.to_owned())));
}

#[tokio::test]
async fn an_account_that_is_being_made_is_waited_for_and_looked_into() {
    let draw = |graph: &mut Graph| {
        let account = graph.account("prod");
        let a = graph.plain::<2>(account, "a");
        let home = graph.home();
        graph.toy::<5>(home, "joined", |needs, spec| spec.end(needs, a));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", ACCOUNT, |items| items[0].pending = 3);
    let plan = zone.plan().await;
    assert_eq!(
        words(&plan),
        [
            "wait management/global/org/account/prod",
            "create prod/global/toy/named/a",
            "create management/global/toy/related/joined",
            "undetermined management/global/toy/related/joined<0002>",
        ]
    );
    zone.cloud.tamper("management/global", ACCOUNT, |items| items[0].pending = 3);
    let (_, outcome) = zone.apply().await;
    assert_eq!(outcome.failed.len(), 0);
    assert_eq!(zone.cloud.changes().len(), 3);
    zone.assert_settled().await;
}

#[tokio::test]
async fn what_joins_something_that_is_being_built_is_looked_for_before_it_is_made() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.plain::<2>(home, "a");
        graph.toy::<5>(home, "joined", |needs, spec| spec.end(needs, a));
    });
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| items[0].pending = 3);
    let (plan, outcome) = zone.apply().await;
    assert_eq!(
        step(&plan, "management/global/toy/related/joined").after.as_deref(),
        Some("management/global/toy/named/a")
    );
    assert_eq!((done(&outcome).len(), zone.cloud.changes().len()), (2, 2));
    zone.assert_settled().await;
}

#[tokio::test]
async fn a_kind_that_panics_while_it_reads_is_unreadable() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "a");
    });
    zone.cloud.fault(Do::Read, "management/global/toy/named", Fault::Panics, 1);
    let plan = zone.plan().await;
    assert_eq!(words(&plan), ["undetermined management/global/toy/named/a"]);
    assert_eq!(plan.unreadable[0].error.facts, [("panic", "a defect of the kind".to_owned())]);
}

#[tokio::test]
async fn each_batch_is_read_once() {
    let mut zone = Zone::new(|graph| {
        let home = graph.home();
        for name in ["a", "b", "c"] {
            graph.plain::<2>(home, name);
        }
    });
    zone.plan().await;
    assert_eq!(zone.cloud.count(Do::Read, "management/global/toy/named"), 1);
    let told = zone.heard().into_iter().filter(|event| matches!(event, Event::Read { .. })).count();
    assert!(matches!(Zone::new(|graph| _ = graph.home()).plan().await.searched, Some(1)));
    assert_eq!(told, 8);
}
