use std::time::Duration;

use super::{
    toy::*,
    zone::{Draw as _, HERE, Zone},
};
use crate::engine::{
    estimate::{Estimate, Rate, Rates, estimate},
    graph::Graph,
};

/// Calls that are answered at once, five changes a second, of which five may come together.
const RATES: Rates = Rates {
    of: |_| Rate { reads: 1000, changes: 5, burst: 5 },
    latency: Duration::ZERO,
    parallel: 16,
    at_once: &[],
};

async fn estimated(zone: &Zone, rates: &Rates) -> Option<Estimate> {
    estimate(&zone.plan().await, &zone.graph, REGISTRY, (zone.options.adopt, 7), rates)
}

async fn time(rates: &Rates, draw: impl FnOnce(&mut Graph)) -> Duration {
    estimated(&Zone::new(draw), rates).await.expect("there is something to do").time
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn what_is_settled_takes_nothing() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "a");
    });
    assert!(estimated(&zone, &RATES).await.is_some());
    zone.apply_clean().await;
    assert_eq!(estimated(&zone, &RATES).await, None);
}

#[tokio::test]
async fn what_waits_for_another_adds_up_and_the_longest_are_named() {
    let zone = Zone::new(|graph| {
        let prod = graph.account("prod");
        let abroad = graph.abroad(prod);
        graph.plain::<3>(abroad, "a");
        let dev = graph.account("dev");
        graph.plain::<2>(dev, "b");
    });
    let Estimate { reads, changes, time, longest, .. } = estimated(&zone, &RATES).await.unwrap();
    assert_eq!((reads, changes, time), (7, 5, seconds(180 + 600 + 1)));
    let longest: Vec<_> = longest.iter().map(|(address, time)| (&**address, time.as_secs())).collect();
    let (account, opt_in) = ("management/global/org/account/prod", "prod/global/org/opt-in/eu-south-1");
    assert_eq!(longest, [(opt_in, 600), (account, 180)]);
}

#[tokio::test]
async fn what_is_limited_in_number_goes_in_turns() {
    let accounts = |graph: &mut Graph| {
        for name in ["a", "b", "c", "d"] {
            graph.account(name);
        }
    };
    assert_eq!(time(&RATES, accounts).await, seconds(180));
    assert_eq!(time(&Rates { at_once: &[(ACCOUNT, 3)], ..RATES }, accounts).await, seconds(360));
}

#[tokio::test]
async fn a_lane_takes_calls_at_its_rate_and_others_go_on() {
    let many = |graph: &mut Graph, places: &[&str]| {
        let home = graph.home();
        for region in places {
            let place = graph.at_home(home, region);
            for number in 0..55 {
                graph.plain::<3>(place, &format!("a{number}"));
            }
        }
    };
    let many_slots = Rates { parallel: 200, ..RATES };
    let one = time(&many_slots, |graph| many(graph, &[HERE])).await;
    let two = time(&many_slots, |graph| many(graph, &[HERE, "us-west-2"])).await;
    assert_eq!((one.as_secs(), one), (10, two));
}

#[tokio::test]
async fn slots_and_latency_bound_a_run_too() {
    let slow = Rates { latency: seconds(1), parallel: 2, ..RATES };
    let many = |graph: &mut Graph| {
        let home = graph.home();
        for number in 0..4 {
            graph.plain::<2>(home, &format!("a{number}"));
        }
    };
    assert_eq!(time(&slow, many).await, seconds(2 + 1));
}

#[tokio::test]
async fn fields_that_take_calls_of_their_own_are_counted_one_by_one() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        graph.toy::<2>(home, "a", |_, spec| {
            let spec = spec.with("parts[x]", "1").with("parts[y].from", "2").with("parts[y].to", "3");
            spec.with("partsize", "4").with("switch", "on")
        });
    };
    let zone = Zone::new(draw);
    let changes = async |zone: &Zone| estimated(zone, &RATES).await.map(|estimate| estimate.changes);
    assert_eq!(changes(&zone).await, Some(4), "itself, two parts and a switch");
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| {
        for (field, value) in [("parts[x]", "2"), ("partsize", "5"), ("b", "6")] {
            items[0].fields.insert(field.to_owned(), value.into());
        }
    });
    assert_eq!(changes(&zone).await, Some(2), "a part, and the other two fields together");
}

#[tokio::test]
async fn looks_at_the_same_are_shared() {
    let named = |count: usize| {
        move |graph: &mut Graph| {
            let home = graph.home();
            for number in 0..count {
                graph.plain::<2>(home, &format!("a{number}"));
            }
        }
    };
    let looks = async |count| estimated(&Zone::new(named(count)), &RATES).await.unwrap().looks;
    assert_eq!((looks(1).await, looks(5).await), (1, 1));
    let waits = async |count| {
        let draw = move |graph: &mut Graph| {
            for number in 0..count {
                graph.account(&format!("a{number}"));
            }
        };
        estimated(&Zone::new(draw), &RATES).await.unwrap().looks
    };
    let (one, three) = (waits(1).await, waits(3).await);
    assert!((35..60).contains(&one) && three == one, "every five seconds for three minutes: {one}, {three}");
}

#[tokio::test]
async fn what_goes_goes_behind_what_comes() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "old");
    });
    zone.apply_clean().await;
    let zone = zone.become_(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "new");
    });
    let only_new = estimated(&zone, &RATES).await.unwrap();
    assert_eq!((only_new.changes, only_new.time), (1, seconds(1)), "an orphan stays");
    let both = estimated(&zone.prune(), &RATES).await.unwrap();
    assert_eq!((both.changes, both.time), (2, seconds(2)));
}

#[tokio::test]
async fn what_is_held_back_is_not_counted() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph.plain::<2>(home, "a");
    });
    zone.apply_clean().await;
    zone.cloud.tamper("management/global", NAMED, |items| items[0].tags.clear());
    assert_eq!(estimated(&zone, &RATES).await, None, "it is not to be adopted");
    assert_eq!(estimated(&zone.adopt(), &RATES).await.map(|estimate| estimate.changes), Some(1));
}
