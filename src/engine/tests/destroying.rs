use super::{
    cloud::{Do, Fault, Item},
    toy::{HASTY, LISTED, NAMED, RECOVERABLE},
    zone::{Draw as _, HERE, Zone, done, failed, skipped, words},
};
use crate::engine::{
    error::Class,
    graph::Graph,
    plan::{Action, Plan},
};

const GLOBAL: &str = "management/global";

/// Something of each sort, and things that are joined.
fn draw(graph: &mut Graph) {
    let (home, prod) = (graph.home(), graph.account("prod"));
    let here = graph.at_home(prod, HERE);
    let (a, b) = (graph.plain::<2>(home, "a"), graph.plain::<2>(prod, "b"));
    graph.toy::<5>(prod, "joined", |needs, spec| spec.end(needs, a).end(needs, b));
    graph.toy::<6>(home, "denial", |needs, spec| spec.end(needs, a));
    graph.plain::<3>(here, "t");
    graph.plain::<7>(here, "always");
}

/// What stays, and why.
fn staying(plan: &Plan) -> Vec<(&str, &str)> {
    let staying = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Orphan(why) => Some((&*step.address, why.as_str())),
        _ => None,
    });
    staying.collect()
}

#[tokio::test]
async fn what_may_go_goes_dependents_first_and_can_be_made_again() {
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    zone.cloud.put(GLOBAL, NAMED, Item::old("left").owned_by("acme", "management/global/toy/named/left"));
    zone.cloud.put(GLOBAL, NAMED, Item::old("theirs").owned_by("other", "management/global/toy/named/a"));
    zone.cloud.put(GLOBAL, NAMED, Item::old("nobodys"));
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!(
        words(&plan),
        [
            "delete management/global/toy/named/left",
            "orphan prod/us-east-1/toy/singleton/always",
            "delete prod/us-east-1/toy/tagged/t",
            "remove management/global/toy/denial/denial",
            "remove prod/global/toy/related/joined",
            "delete prod/global/toy/named/b",
            "delete management/global/toy/named/a",
            "orphan management/global/org/account/prod",
        ]
    );
    assert_eq!(failed(&outcome), []);
    let done = done(&outcome);
    let at = |name: &str| done.iter().position(|address| address.ends_with(name)).unwrap();
    assert!(at("/denial") < at("/joined") && at("/joined") < at("/t") && at("/t") < at("/b"), "{done:?}");
    let left: Vec<_> = zone.cloud.state().items(GLOBAL, NAMED).map(|item| item.key.clone()).collect();
    assert_eq!(left, ["theirs", "nobodys"]);
    let (again, outcome) = zone.destroy(&[]).await;
    assert!(!again.has_changes() && outcome.done.is_empty(), "{:?}", words(&again));
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_stays_keeps_what_it_needs_its_parts_and_what_joins_it() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        graph.at_home(home, HERE);
        let needed = graph.plain::<2>(home, "needed");
        graph.toy::<10>(home, "log", |needs, spec| spec.refers("of", needs, needed));
        let part = graph.plain::<2>(home, "log/part");
        let other = graph.plain::<2>(home, "other");
        graph.toy::<5>(home, "within", |needs, spec| spec.end(needs, needed).end(needs, part));
        graph.toy::<5>(home, "beyond", |needs, spec| spec.end(needs, needed).end(needs, other));
    };
    let mut zone = Zone::new(draw);
    zone.apply_clean().await;
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!(done(&outcome), ["management/global/toy/related/beyond", "management/global/toy/named/other"]);
    let log = "management/global/toy/listed/log";
    let needs = format!("{log} needs it, and stays");
    let part = format!("it is part of {log}, which stays");
    assert_eq!(
        staying(&plan),
        [
            ("management/global/toy/related/within", "all that it joins stays"),
            ("management/global/toy/named/log/part", &*part),
            (log, "it is deleted only when `[removed]` lists its address"),
            ("management/global/toy/named/needed", &*needs),
        ]
    );
    zone.options.removed.insert(log.to_owned());
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!((staying(&plan), failed(&outcome)), (vec![], vec![]));
    assert_eq!(zone.cloud.contents(), Vec::<String>::new());
}

#[tokio::test]
async fn what_lies_in_an_account_and_joins_nothing_goes() {
    let draw = |graph: &mut Graph| {
        let prod = graph.account("prod");
        let abroad = graph.abroad(prod);
        let way = graph.plain::<2>(prod, "way");
        graph.plain::<4>(prod, "alone");
        graph.toy::<4>(prod, "joined", |needs, spec| spec.end(needs, way));
        graph.plain::<3>(abroad, "t");
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let (plan, outcome) = zone.destroy(&["prod/global/toy/named/way"]).await;
    assert_eq!(failed(&outcome), []);
    assert_eq!(done(&outcome), ["prod/global/toy/slot/alone", "prod/eu-south-1/toy/tagged/t"]);
    assert!(staying(&plan).contains(&("prod/global/toy/slot/joined", "all that it joins stays")));
}

#[tokio::test]
async fn what_landfall_goes_through_stays() {
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let (plan, _) = zone.destroy(&["prod/global/toy/named/b"]).await;
    assert!(staying(&plan).contains(&("prod/global/toy/named/b", "Landfall goes through it")));
    assert!(zone.cloud.state().items("prod/global", NAMED).any(|item| item.key == "b"));
}

#[tokio::test]
async fn what_can_not_be_read_stays_with_all_that_it_may_need() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        let needed = graph.plain::<2>(home, "needed");
        graph.plain::<2>(home, "other");
        graph.toy::<3>(here, "t", |needs, spec| spec.refers("of", needs, needed));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    zone.cloud.fault(Do::Read, "management/us-east-1/toy/tagged", Fault::Refused(Class::Denied), 1);
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!(
        words(&plan),
        [
            "undetermined management/us-east-1/toy/tagged/t",
            "delete management/global/toy/named/other",
            "orphan management/global/toy/named/needed",
        ]
    );
    assert!(plan.is_incomplete());
    assert_eq!(outcome.skipped.len(), 1);
}

#[tokio::test]
async fn what_is_never_taken_away_for_itself_goes_with_what_it_is_a_part_of() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        let t = graph.plain::<3>(here, "t");
        graph.toy::<7>(here, "t/default", |needs, spec| spec.refers("of", needs, t));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!(
        (words(&plan), failed(&outcome)),
        (vec!["delete management/us-east-1/toy/tagged/t".to_owned()], vec![])
    );
    zone.apply_clean().await;
    let t = "management/us-east-1/toy/tagged/t";
    let (plan, _) = zone.destroy(&[t]).await;
    let why = format!("it is part of {t}, which stays");
    assert!(
        staying(&plan).contains(&("management/us-east-1/toy/singleton/t/default", &*why)),
        "{:?}",
        words(&plan)
    );
}

#[tokio::test]
async fn what_aws_keeps_for_whoever_wants_it_back_has_gone() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        graph.toy::<2>(home, "key", |_, spec| spec.with(RECOVERABLE, "yes"));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!((done(&outcome).len(), failed(&outcome)), (1, vec![]));
    let (plan, _) = zone.destroy(&[]).await;
    assert_eq!(words(&plan), Vec::<String>::new());
    assert_eq!(words(&zone.plan().await), ["update management/global/toy/named/key"]);
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_can_not_be_read_keeps_its_parts() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        graph.at_home(home, HERE);
        graph.plain::<10>(home, "log");
        graph.plain::<2>(home, "log/part");
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    zone.cloud.fault(Do::Read, "management/global/toy/listed", Fault::Refused(Class::Denied), 1);
    let (plan, outcome) = zone.destroy(&[]).await;
    assert!(done(&outcome).is_empty() && plan.is_incomplete(), "{:?}", words(&plan));
    let why = "it is part of management/global/toy/listed/log, which stays";
    assert_eq!(staying(&plan), [("management/global/toy/named/log/part", why)]);
}

#[tokio::test]
async fn what_does_not_go_keeps_what_it_needs_wherever_that_is() {
    let draw = |graph: &mut Graph| {
        let (home, prod) = (graph.home(), graph.account("prod"));
        let here = graph.at_home(home, HERE);
        let deep = graph.plain::<2>(home, "deep/er");
        let needed = graph.toy::<9>(home, "needed", |needs, spec| spec.refers("of", needs, deep));
        graph.plain::<2>(prod, "other");
        graph.toy::<3>(here, "t", |needs, spec| spec.refers("of", needs, needed));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let t = "management/us-east-1/toy/tagged/t";
    zone.cloud.fault(Do::Delete, t, Fault::Refused(Class::Denied), 1);
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!(failed(&outcome).into_iter().map(|(address, _)| address).collect::<Vec<_>>(), [t]);
    assert_eq!(
        skipped(&outcome),
        [("management/global/toy/hasty/needed", t), ("management/global/toy/named/deep/er", t)].into()
    );
    assert_eq!(done(&outcome), ["prod/global/toy/named/other"]);
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!((done(&outcome).len(), failed(&outcome)), (3, vec![]));
}

#[tokio::test]
async fn what_does_not_go_keeps_nothing_else_of_its_place() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        let a = graph.plain::<2>(home, "a");
        graph.plain::<2>(home, "b");
        graph.plain::<9>(home, "alone");
        graph.toy::<3>(here, "t", |needs, spec| spec.refers("of", needs, a));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let (t, a) = ("management/us-east-1/toy/tagged/t", "management/global/toy/named/a");
    let alone = "management/global/toy/hasty/alone";
    for address in [t, alone] {
        zone.cloud.fault(Do::Delete, address, Fault::Refused(Class::Denied), 1);
    }
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!(failed(&outcome).into_iter().map(|(address, _)| address).collect::<Vec<_>>(), [t, alone]);
    assert_eq!(skipped(&outcome), [(a, t)].into());
    assert_eq!(done(&outcome), ["management/global/toy/named/b"]);
}

#[tokio::test]
async fn an_orphan_that_does_not_go_keeps_what_it_may_need_at_its_place() {
    let draw = |graph: &mut Graph| {
        let (home, prod) = (graph.home(), graph.account("prod"));
        graph.plain::<2>(home, "a");
        graph.plain::<2>(prod, "b");
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let left = "management/global/toy/hasty/left";
    zone.cloud.put(GLOBAL, HASTY, Item::old("left").owned_by("acme", left));
    zone.cloud.fault(Do::Delete, "old left", Fault::Refused(Class::Denied), 1);
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!(skipped(&outcome), [("management/global/toy/named/a", left)].into());
    assert_eq!(done(&outcome), ["prod/global/toy/named/b"]);
}

#[tokio::test]
async fn what_guards_what_does_not_go_stays() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let here = graph.at_home(home, HERE);
        let (t, free) = (graph.plain::<3>(here, "t"), graph.plain::<3>(here, "free"));
        graph.toy::<11>(home, "guard", |needs, spec| spec.refers("of", needs, t));
        graph.toy::<11>(home, "idle", |needs, spec| spec.refers("of", needs, free));
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let t = "management/us-east-1/toy/tagged/t";
    zone.cloud.fault(Do::Delete, t, Fault::Refused(Class::Denied), 1);
    let (_, outcome) = zone.destroy(&[]).await;
    assert_eq!(skipped(&outcome), [("management/global/toy/guard/guard", t)].into());
    assert_eq!(done(&outcome), ["management/us-east-1/toy/tagged/free", "management/global/toy/guard/idle"]);
}

#[tokio::test]
async fn what_stands_in_for_what_goes_is_made_before_the_last_of_it_goes() {
    let guarded = |is_open: bool| {
        move |graph: &mut Graph| {
            let home = graph.home();
            let (log, policy) = (graph.plain::<10>(home, "log"), graph.plain::<2>(home, "policy"));
            graph.toy::<6>(home, "denial", |needs, spec| spec.end(needs, log).end(needs, policy));
            if is_open {
                let free = graph.plain::<10>(home, "free");
                for (name, of) in [("open", log), ("needless", free)] {
                    graph.toy::<6>(home, name, |needs, spec| spec.with("stands in", "yes").end(needs, of));
                }
            }
        }
    };
    let zone = Zone::new(guarded(false));
    zone.apply_clean().await;
    zone.cloud.put(GLOBAL, LISTED, Item::old("free").owned_by("acme", "management/global/toy/listed/free"));
    let zone = zone.become_(guarded(true));
    let denial = "management/global/toy/denial/denial";
    zone.cloud.fault(Do::Delete, denial, Fault::Refused(Class::Final), 1);
    let (plan, outcome) = zone.destroy(&[]).await;
    assert_eq!(
        words(&plan),
        [
            "create management/global/toy/denial/open",
            "orphan management/global/toy/listed/free",
            "remove management/global/toy/denial/denial",
            "delete management/global/toy/named/policy",
            "orphan management/global/toy/listed/log",
        ]
    );
    assert_eq!(failed(&outcome), []);
    let open = "management/global/toy/denial/open";
    assert_eq!(done(&outcome), [open, denial, "management/global/toy/named/policy"]);
    let (again, _) = zone.destroy(&[]).await;
    assert!(!again.has_changes(), "{:?}", words(&again));
}
