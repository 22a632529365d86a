use super::{
    cloud::Item,
    toy::*,
    zone::{Draw as _, ZONE, Zone, done, step, words},
};
use crate::{
    engine::{
        doc::Field,
        graph::Graph,
        plan::{Action, Plan},
    },
    names::Origin,
};

fn one_named(graph: &mut Graph) {
    let home = graph.home();
    graph.plain::<2>(home, "a");
}

#[tokio::test]
async fn what_is_absent_is_created_and_what_is_equal_is_kept() {
    let zone = Zone::new(one_named);
    assert_eq!(words(&zone.plan().await), ["create management/global/toy/named/a"]);
    zone.apply_clean().await;
    assert_eq!(zone.plan().await.kept, 1);
}

#[tokio::test]
async fn a_difference_is_told_field_by_field() {
    let zone = Zone::new(one_named);
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| {
        items[0].fields.insert("a".to_owned(), "2".into());
        items[0].fields.insert("b".to_owned(), "3".into());
    });
    let plan = zone.plan().await;
    let changes = &step(&plan, "management/global/toy/named/a").changes.list();
    let told: Vec<_> = changes.iter().map(|change| (&*change.path, &change.before, &change.after)).collect();
    assert_eq!(
        told,
        [("a", &Some(Field::from("2")), &Some(Field::from("1"))), ("b", &Some(Field::from("3")), &None)]
    );
    assert!(plan.is_drift() && !plan.is_incomplete());
    zone.apply_clean().await;
}

#[tokio::test]
async fn only_tags_that_we_set_are_compared() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.toy::<2>(home, "a", |needs, spec| {
            needs.tags([("team".to_owned(), "core".to_owned())]);
            spec
        });
    });
    zone.apply_clean().await;
    let tag = |key: &str, value: &str| {
        let (key, value) = (key.to_owned(), value.to_owned());
        zone.cloud.tamper("management/global", NAMED, |items| {
            drop(items[0].tags.insert(key.clone(), value.clone()));
        });
    };
    tag("theirs", "x");
    zone.assert_settled().await;
    tag("team", "x");
    let plan = zone.plan().await;
    assert_eq!(step(&plan, "management/global/toy/named/a").changes.list()[0].path, "tags[team]");
    zone.apply_clean().await;
}

#[tokio::test]
async fn what_cannot_be_changed_in_place_is_blocked_and_holds_its_dependents() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.toy::<2>(home, "a", |_, spec| spec.with("fixed", "new"));
        let kept = graph.toy::<2>(home, "kept", |needs, spec| spec.refers("of", needs, a));
        graph.toy::<2>(home, "b", |needs, spec| spec.refers("of", needs, kept));
        graph.plain::<2>(home, "free");
    });
    let address = |name: &str| format!("management/global/toy/named/{name}");
    let old = Item::old("a").with("fixed", "old").owned_by(ZONE, &address("a"));
    let id = zone.cloud.put("management/global", NAMED, old);
    zone.cloud.put(
        "management/global",
        NAMED,
        Item::old("kept").with("of", &id).owned_by(ZONE, &address("kept")),
    );
    let (plan, outcome) = zone.apply().await;
    let blocked = step(&plan, &address("a"));
    assert!(matches!(&blocked.action, Action::Blocked(obstacle) if obstacle.why.contains("`fixed`")));
    assert_eq!(step(&plan, &address("b")).held_by.as_deref(), Some(&*address("a")));
    assert_eq!(plan.kept, 1);
    assert!(plan.is_incomplete());
    assert_eq!(super::zone::done(&outcome), [address("free")]);
    let (a, b) = (address("a"), address("b"));
    assert_eq!(super::zone::skipped(&outcome).into_iter().collect::<Vec<_>>(), [(&*a, &*a), (&*b, &*a)]);
}

#[tokio::test]
async fn what_can_be_changed_in_one_direction_only_blocks_in_the_other() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.toy::<2>(home, "a", |_, spec| spec.with("forever", "on"));
        graph.toy::<2>(home, "b", |_, spec| spec.with("forever", "off"));
    });
    let address = |name: &str| format!("management/global/toy/named/{name}");
    for (name, is) in [("a", "off"), ("b", "on")] {
        let old = Item::old(name).with("forever", is).owned_by(ZONE, &address(name));
        zone.cloud.put("management/global", NAMED, old);
    }
    let (plan, outcome) = zone.apply().await;
    let blocked = step(&plan, &address("b"));
    assert!(matches!(&blocked.action, Action::Blocked(obstacle) if obstacle.why == "what is on stays on"));
    assert_eq!(super::zone::done(&outcome), [address("a")]);
}

#[tokio::test]
async fn what_a_change_cuts_is_said_but_not_of_what_is_made() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.toy::<2>(home, "a", |_, spec| spec.with("cut", "new"));
        graph.toy::<2>(home, "b", |_, spec| spec.with("cut", "new"));
    });
    let address = |name: &str| format!("management/global/toy/named/{name}");
    let old = Item::old("a").with("cut", "old").owned_by(ZONE, &address("a"));
    zone.cloud.put("management/global", NAMED, old);
    let plan = zone.plan().await;
    let cut = |name: &str| step(&plan, &address(name)).interrupts;
    assert_eq!((cut("a"), cut("b")), (Some("nothing passes meanwhile"), None));
}

#[tokio::test]
async fn an_immutable_value_that_waits_for_what_is_being_built_does_not_block() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.plain::<2>(home, "a");
        graph.toy::<2>(home, "b", |needs, spec| spec.refers("fixed", needs, a));
    });
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| {
        items.iter_mut().filter(|item| item.key == "a").for_each(|item| item.pending = 3);
    });
    let plan = zone.plan().await;
    assert_eq!(words(&plan), ["wait management/global/toy/named/a", "update management/global/toy/named/b"]);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.changes().len(), 2);
}

#[tokio::test]
async fn what_reads_of_what_is_being_changed_differs_in_nothing() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.plain::<2>(home, "a");
        graph.toy::<2>(home, "b", |needs, spec| spec.refers("of", needs, a));
    });
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| {
        items
            .iter_mut()
            .filter(|item| item.key == "a")
            .for_each(|item| (item.pending, item.changing) = (3, true));
    });
    assert_eq!(words(&zone.plan().await), ["wait management/global/toy/named/a"]);
    zone.apply_clean().await;
    assert_eq!(zone.cloud.changes().len(), 2);
}

#[tokio::test]
async fn a_value_of_what_is_to_be_made_is_known_after_it() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.plain::<2>(home, "a");
        graph.toy::<2>(home, "b", |needs, spec| spec.refers("of", needs, a));
    });
    let plan = zone.plan().await;
    let of = step(&plan, "management/global/toy/named/b").changes.list()[0].clone();
    let (address, shown) =
        ("management/global/toy/named/a".into(), Some("${management/global/toy/named/a}".into()));
    assert_eq!(of.after, Some(Field::After { address, shown }));
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_plan_goes_on_to_show_what_was_known_when_it_was_made() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let a = graph.plain::<2>(home, "a");
        graph.toy::<2>(home, "b", |needs, spec| spec.refers("of", needs, a));
    });
    let before = zone.plan().await;
    let (applied, outcome) = zone.apply().await;
    assert_eq!(done(&outcome).len(), 2);
    for address in ["management/global/toy/named/a", "management/global/toy/named/b"] {
        let [before, after] =
            [&before, &*applied].map(|plan| step(plan, address).changes.list().into_owned());
        assert_eq!(before, after, "as it was shown, though all of it is known by now");
    }
}

#[tokio::test]
async fn a_lookup_that_finds_nothing_is_blocked() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let zone = graph.toy::<8>(home, "zone", |_, spec| spec);
        graph.toy::<2>(home, "a", |needs, spec| spec.refers("of", needs, zone));
    });
    let plan = zone.plan().await;
    assert_eq!(
        words(&plan),
        ["blocked management/global/toy/lookup/zone", "create management/global/toy/named/a"]
    );
    zone.cloud.put("management/global", LOOKUP, Item::old("zone"));
    zone.apply_clean().await;
}

#[tokio::test]
async fn a_slot_is_filled_anew_and_never_made_twice() {
    let draw = |value: &'static str| {
        move |graph: &mut Graph| {
            let home = graph.home();
            let table = graph.plain::<2>(home, "table");
            graph.toy::<4>(home, "route", |needs, spec| spec.end(needs, table).with("to", value));
        }
    };
    let zone = Zone::new(draw("here"));
    zone.apply_clean().await;
    let zone = zone.become_(draw("there"));
    assert_eq!(words(&zone.plan().await), ["update management/global/toy/slot/route"]);
    zone.apply_clean().await;
}

#[tokio::test]
async fn plans_do_not_depend_on_who_answers_first() {
    let zone = Zone::new(|graph| {
        for name in ["b", "a", "c"] {
            graph.account(name);
        }
    });
    zone.apply_clean().await;
    for place in ["c/global", "a/global", "b/global"] {
        for key in ["y", "x"] {
            zone.cloud.put(place, NAMED, Item::old(key).owned_by(ZONE, &format!("{place}/toy/named/{key}")));
        }
    }
    let addresses = ["b", "a", "c"]
        .map(|account| ["x", "y"].map(|key| format!("orphan {account}/global/toy/named/{key}")));
    assert_eq!(words(&zone.plan().await), addresses.concat());
}

#[tokio::test]
async fn an_account_under_another_key_is_found_by_its_tags() {
    let zone = Zone::new(|graph| _ = graph.account("prod"));
    zone.apply_clean().await;
    let renamed = |graph: &mut Graph| {
        let home = graph.home();
        graph.add::<Account>(home, "prod", &Origin::file("zone.toml"), |_| {
            Spec::new("other").with("fixed", "x")
        });
    };
    let plan = zone.become_(renamed).plan().await;
    assert_eq!(words(&plan), ["blocked management/global/org/account/prod"]);
    // What another node wants by its key is that one's, whatever its tags say.
    let taken = zone.become_(|graph| {
        renamed(graph);
        let home = graph.home();
        graph.add::<Account>(home, "second", &Origin::file("zone.toml"), |_| Spec::new("prod"));
    });
    let told = words(&taken.plan().await);
    assert_eq!(
        told,
        ["create management/global/org/account/prod", "update management/global/org/account/second"]
    );
}

#[tokio::test]
async fn no_account_is_made_while_one_that_left_may_be_meant() {
    let zone = Zone::new(|graph| _ = graph.account("prod"));
    zone.apply_clean().await;
    let mut later = zone.become_(|graph| _ = graph.account("production"));
    let told = |plan: &Plan| {
        let account = step(plan, "management/global/org/account/production");
        matches!(account.action, Action::Blocked(_))
    };
    assert!(told(&later.plan().await));
    later.only = vec!["production".to_owned()];
    assert!(told(&later.plan().await), "a part of the landing zone is told the same");
    later.options.removed.insert("management/global/org/account/prod".to_owned());
    assert!(!told(&later.plan().await));
    // Closed, it can't be meant.
    later.options.removed.clear();
    let close = |items: &mut Vec<Item>| items[0].failed = Some("it is closed".to_owned());
    later.cloud.tamper("management/global", ACCOUNT, close);
    assert!(!told(&later.plan().await));
}
