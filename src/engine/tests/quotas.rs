use std::sync::Arc;

use super::{
    cloud::{Cloud, Do, Item},
    toy::*,
    zone::{Draw as _, HERE, Zone},
};
use crate::engine::{
    graph::Graph,
    quota::{Counted, Elements, Load, Near, Others, Per, Quota, loads},
};

const fn quota(what: &'static str, of: Counted, default: u64) -> Quota {
    Quota { what, of, only: "", besides: 0, default, code: None, is_fixed: false, source: "a toy" }
}

static IN_REGION: [Quota; 1] = [quota("tagged", Counted::Kind(TAGGED, Per::Region), 5)];
static IN_ACCOUNT: [Quota; 1] = [quota("tagged", Counted::Kind(TAGGED, Per::Account), 5)];
static BELOW: [Quota; 1] = [quota("ends", Counted::Below(&[RELATED], &[NAMED]), 2)];
static NAMES: [Quota; 1] = [quota("named", Counted::Kind(NAMED, Per::Account), 5)];
static FRESH: [Quota; 1] = [Quota { besides: 1, ..quota("tagged", Counted::Kind(TAGGED, Per::Region), 5) }];
static SPECIAL: [Quota; 1] =
    [Quota { only: "special", ..quota("special", Counted::Kind(TAGGED, Per::Region), 2) }];
static ELEMENTS: [Quota; 1] =
    [quota("parts", Counted::Elements(NAMED, Elements { marks: &["in[", "out["], room: None }), 5)];

/// So many in each of these Regions of the management account.
fn tagged(regions: &[(&str, usize)]) -> impl FnOnce(&mut Graph) {
    let regions: Vec<_> = regions.iter().map(|(region, count)| ((*region).to_owned(), *count)).collect();
    move |graph| {
        let home = graph.home();
        for (region, count) in regions {
            let place = graph.at_home(home, &region);
            for number in 0..count {
                graph.plain::<3>(place, &format!("a{number}"));
            }
        }
    }
}

async fn loads_of(quotas: &'static [Quota], zone: &Zone) -> Vec<Load> {
    let (plan, snapshot) = zone.seen().await;
    loads(quotas, &plan, &zone.graph, &snapshot.there)
}

async fn told(quotas: &'static [Quota], zone: &Zone) -> Vec<String> {
    let told = |load: Load| match load.of {
        Some(of) => format!("{} in {of}", load.count),
        None => format!("{} in {}", load.count, load.place),
    };
    loads_of(quotas, zone).await.into_iter().map(told).collect()
}

/// How many there are of each load, and what is known of others.
async fn others(quotas: &'static [Quota], zone: &Zone) -> Vec<(u64, Others)> {
    loads_of(quotas, zone).await.into_iter().map(|load| (load.count, load.others)).collect()
}

/// A cloud in which somebody has made so many things of this kind here.
fn with_others(kind: &'static str, place: &str, many: usize) -> Arc<Cloud> {
    let cloud = Arc::<Cloud>::default();
    for number in 0..many {
        cloud.state().put(place, kind, Item::old(&format!("x{number}")));
    }
    cloud
}

#[tokio::test]
async fn what_comes_within_80_percent_is_told() {
    let in_region = async |regions: &[(&str, usize)]| told(&IN_REGION, &Zone::new(tagged(regions))).await;
    assert_eq!(in_region(&[(HERE, 3)]).await, Vec::<String>::new());
    assert_eq!(in_region(&[(HERE, 4), ("us-west-2", 3)]).await, ["4 in management/us-east-1"]);
    let both = Zone::new(tagged(&[(HERE, 4), ("us-west-2", 3)]));
    assert_eq!(told(&IN_ACCOUNT, &both).await, ["7 in management/global"]);
}

#[tokio::test]
async fn what_grows_no_more_is_no_news_and_what_leaves_counts_until_it_is_gone() {
    let zone = Zone::new(tagged(&[(HERE, 5)]));
    zone.apply_clean().await;
    assert_eq!(told(&IN_REGION, &zone).await, Vec::<String>::new());
    let fewer = zone.become_(tagged(&[(HERE, 2)]));
    assert_eq!(told(&IN_REGION, &fewer).await, Vec::<String>::new());
    let others = zone.become_(|graph| {
        let home = graph.home();
        let place = graph.at_home(home, HERE);
        graph.plain::<3>(place, "b");
    });
    assert_eq!(told(&IN_REGION, &others).await, ["6 in management/us-east-1"]);
}

#[tokio::test]
async fn what_is_counted_in_another_is_counted_there() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let (one, other) = (graph.plain::<2>(home, "one"), graph.plain::<2>(home, "other"));
        graph.toy::<5>(home, "a", |needs, spec| spec.end(needs, one).end(needs, other));
        graph.toy::<5>(home, "b", |needs, spec| spec.end(needs, one));
    });
    assert_eq!(told(&BELOW, &zone).await, ["2 in management/global/toy/named/one"]);
}

#[tokio::test]
async fn elements_count_by_direction() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        graph
            .toy::<2>(home, "few", |_, spec| spec.with("in[a]", "1").with("out[a]", "1").with("out[b]", "1"));
        graph.toy::<2>(home, "many", |_, spec| {
            (0..4).fold(spec, |spec, number| spec.with(&format!("in[{number}]"), "1"))
        });
    });
    assert_eq!(told(&ELEMENTS, &zone).await, ["4 in management/global/toy/named/many"]);
}

#[tokio::test]
async fn a_limit_that_aws_tells_comes_before_the_default() {
    let zone = Zone::new(tagged(&[(HERE, 6)]));
    let load = loads_of(&IN_REGION, &zone).await.remove(0);
    let near = |told| Near::of(load.clone(), told, None);
    let (default, told) = (near(None).unwrap(), near(Some(7)).unwrap());
    assert_eq!((default.limit, default.is_told, default.is_broken()), (5, false, true));
    assert_eq!((told.limit, told.is_told, told.is_broken()), (7, true, false));
    assert!(near(Some(8)).is_none());
}

#[tokio::test]
async fn what_others_have_made_counts_where_it_is_seen_anyway() {
    let here = format!("management/{HERE}");
    let zone = Zone::over(with_others(TAGGED, &here, 4), tagged(&[(HERE, 2)]));
    assert_eq!(others(&IN_REGION, &zone).await, [(6, Others::Counted(4))]);
    assert_eq!(zone.cloud.count(Do::Read, &format!("{here}/{TAGGED}")), 1, "nothing more is asked");
    zone.apply_clean().await;
    let more = zone.become_(tagged(&[(HERE, 3)]));
    assert_eq!(others(&IN_REGION, &more).await, [(7, Others::Counted(6))], "ours is among what is there");
    let alone = zone.become_(tagged(&[(HERE, 3)])).only(&["management/us-east-1/toy/tagged/a2"]);
    assert_eq!(others(&IN_REGION, &alone).await, [(7, Others::Counted(6))]);
}

#[tokio::test]
async fn where_others_are_not_seen_that_is_said() {
    let named = |graph: &mut Graph| {
        let home = graph.home();
        for number in 0..4 {
            graph.plain::<2>(home, &format!("a{number}"));
        }
    };
    let zone = Zone::over(with_others(NAMED, "management/global", 4), named);
    assert_eq!(others(&NAMES, &zone).await, [(4, Others::Unseen)]);
}

#[tokio::test]
async fn what_aws_makes_in_a_new_account_counts() {
    let zone = Zone::new(|graph| {
        let prod = graph.account("prod");
        let place = graph.at_home(prod, HERE);
        for number in 0..3 {
            graph.plain::<3>(place, &format!("a{number}"));
        }
    });
    assert_eq!(others(&FRESH, &zone).await, [(4, Others::Fresh(1))]);
}

#[tokio::test]
async fn what_is_counted_apart_is_counted_apart() {
    let zone = Zone::new(|graph| {
        let home = graph.home();
        let place = graph.at_home(home, HERE);
        graph.toy::<3>(place, "plain", |_, spec| spec.with("zone", "az1"));
        for (name, zone) in [("a", "az1"), ("b", "az1"), ("c", "az2")] {
            graph.toy::<3>(place, name, |_, spec| spec.with("zone", zone).with("special", "yes"));
        }
    });
    assert_eq!(told(&SPECIAL, &zone).await, ["2 in az1"]);
}
