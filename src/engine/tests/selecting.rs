use super::{
    cloud::{Do, Item},
    toy::{NAMED, Spec},
    zone::{Draw as _, HERE, Zone, words},
};
use crate::engine::{graph::Graph, select::Selection};

fn draw(graph: &mut Graph) {
    let (home, prod) = (graph.home(), graph.account("prod"));
    let shared = graph.plain::<2>(home, "shared");
    let a = graph.toy::<2>(prod, "a", |needs, spec| spec.refers("of", needs, shared));
    graph.toy::<5>(prod, "joined", |needs, spec| spec.end(needs, a).end(needs, shared));
    graph.plain::<2>(prod, "ab");
    let here = graph.at_home(prod, HERE);
    graph.plain::<3>(here, "t");
}

#[tokio::test]
async fn a_selection_holds_what_it_needs_and_nothing_else() {
    let plan = Zone::new(draw).only(&["prod/global/toy/named/a"]).plan().await;
    assert_eq!(
        words(&plan),
        [
            "create management/global/org/account/prod",
            "create management/global/toy/named/shared",
            "create prod/global/toy/named/a",
        ]
    );
    assert_eq!(plan.searched, None);
}

#[tokio::test]
async fn what_is_taken_along_says_for_what() {
    let plan = Zone::new(draw).only(&["prod/global/toy/related"]).plan().await;
    let along: Vec<_> = plan.steps.iter().map(|step| (&*step.address, step.needed_by.as_deref())).collect();
    let joined = "prod/global/toy/related/joined";
    assert_eq!(
        along,
        [
            ("management/global/org/account/prod", Some(joined)),
            ("management/global/toy/named/shared", Some(joined)),
            ("prod/global/toy/named/a", Some(joined)),
            (joined, None),
        ]
    );
    let all = Zone::new(draw).plan().await;
    assert!(all.steps.iter().all(|step| step.needed_by.is_none()));
}

#[tokio::test]
async fn what_is_needed_is_put_right_where_it_differs_and_left_alone_where_it_does_not() {
    let draw = |graph: &mut Graph| {
        let home = graph.home();
        let (needed, fine) = (graph.plain::<2>(home, "needed"), graph.plain::<2>(home, "fine"));
        graph.toy::<2>(home, "a", |needs, spec| spec.refers("of", needs, needed).refers("and", needs, fine));
        graph.plain::<2>(home, "other");
    };
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    let differs = |item: &mut Item| drop(item.fields.insert("by".to_owned(), "hand".into()));
    zone.cloud.tamper("management/global", NAMED, |items| {
        items.iter_mut().filter(|item| ["needed", "other"].contains(&&*item.key)).for_each(differs);
    });
    let zone = zone.become_(draw).only(&["management/global/toy/named/a"]);
    let (plan, outcome) = zone.apply().await;
    assert_eq!(words(&plan), ["update management/global/toy/named/needed"]);
    assert_eq!(plan.steps[0].needed_by.as_deref(), Some("management/global/toy/named/a"));
    assert_eq!(outcome.done.len(), 1);
    let by_hand = zone
        .cloud
        .state()
        .items("management/global", NAMED)
        .filter(|item| item.fields.contains_key("by"))
        .count();
    assert_eq!(by_hand, 1, "what is not needed is left alone");
}

#[tokio::test]
async fn an_accounts_name_selects_all_that_is_in_it_and_the_account() {
    let plan = Zone::new(draw).only(&["prod"]).plan().await;
    assert_eq!(plan.steps.len(), 6);
}

#[tokio::test]
async fn an_account_that_is_called_otherwise_now_and_was_not_selected_has_not_left() {
    let zone = Zone::new(|graph| {
        graph.account("dev");
    });
    zone.apply_clean().await;
    let zone = zone.become_(|graph| {
        let home = graph.home();
        graph.toy::<0>(home, "lab", |_, _| Spec::new("dev"));
        graph.account("new");
    });
    let zone = zone.only(&["management/global/org/account/new"]);
    assert_eq!(words(&zone.plan().await), ["create management/global/org/account/new"]);
}

#[tokio::test]
async fn what_was_not_selected_is_no_orphan_and_no_extra_relation() {
    let zone = Zone::new(draw);
    zone.apply_clean().await;
    for only in ["management/global/toy/named/shared", "prod/global/toy/named/a", "prod/us-east-1"] {
        let zone = zone.become_(draw).prune().only(&[only]);
        zone.assert_settled().await;
    }
    assert_eq!(zone.cloud.changes().iter().filter(|(what, _)| *what == Do::Delete).count(), 0);
}

#[test]
fn words_that_name_nothing_are_told() {
    let mut graph = Graph::new("acme");
    draw(&mut graph);
    let words = ["prod", "prod/global/toy/named/", "prod/global/toy/nam", "nobody"].map(str::to_owned);
    assert_eq!(Selection::only(&graph, &words).err(), Some(words[2..].to_vec()));
}
