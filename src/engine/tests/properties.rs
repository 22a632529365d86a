//! What holds of every landing zone, whatever is in it and whatever happens to it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, sample::Index, test_runner::RngSeed};

use super::{
    cloud::{Call, Cloud, Do, Fault},
    drafts::{Draft, addresses, cloud, copies, dependents, drafts, draw},
    toy::{NAMED, SINGLETON, SLOT, TAGGED},
    zone::{Zone, words},
};
use crate::engine::{
    error::Class,
    event::Event,
    graph::NodeId,
    plan::{Action, Plan, plan},
    snapshot::Keep,
};

/// The same cases in every run.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime can be built").block_on(work)
}

fn zone(drafts: &[Draft]) -> Zone {
    Zone::over(cloud(), draw(drafts))
}

/// The landing zone over a cloud in which some of it stands already, and some of that was changed since.
async fn begun(drafts: &[Draft], built: Index, harm: &[(Index, u8)]) -> Zone {
    let all = Zone::over(cloud(), draw(drafts));
    let most = built.index(all.graph.len() + 1);
    let some: Vec<_> = all.graph.nodes().take(most).map(|(_, node)| node.label.to_string()).collect();
    if !some.is_empty() {
        let words: Vec<_> = some.iter().map(String::as_str).collect();
        let (_, outcome) = all.become_(draw(drafts)).only(&words).apply().await;
        assert_eq!(outcome.failed.len(), 0);
    }
    for (what, how) in harm {
        tamper(&all, *what, *how);
    }
    all.become_(draw(drafts))
}

/// Changes something by hand: the node whose resource it is and the fields that differ since, if any do.
fn tamper(zone: &Zone, what: Index, how: u8) -> Option<(NodeId, Vec<String>)> {
    let nodes: Vec<_> = zone
        .graph
        .nodes()
        .filter(|(_, node)| [NAMED, TAGGED, SLOT, SINGLETON].contains(&node.address.kind))
        .collect();
    if nodes.is_empty() {
        return None;
    }
    let (id, node) = *what.get(&nodes);
    let is_leaf = dependents(zone, &BTreeSet::from([id])).is_empty();
    let is_tagged = node.kind.identity().is_tagged();
    let mut changed = None;
    zone.cloud.tamper(&node.address.place.to_string(), node.address.kind, |items| {
        let is_it = |item: &super::cloud::Item| item.made_for == *node.label || item.made_for == "old one";
        let Some(at) = items.iter().position(is_it) else { return };
        changed = Some(match how % 4 {
            0 if is_leaf && node.address.kind != SINGLETON => {
                items.remove(at);
                vec!["*".to_owned()]
            }
            1 if is_tagged => {
                items[at].tags.remove("landfall:address");
                vec!["tags[landfall:address]".to_owned()]
            }
            2 => {
                items[at].fields.insert("extra".to_owned(), how.into());
                vec!["extra".to_owned()]
            }
            _ => {
                items[at].fields.insert("value".to_owned(), format!("tampered {how}").into());
                vec!["value".to_owned()]
            }
        });
    });
    changed.map(|fields| (id, fields))
}

/// Applies and says in which order steps were started and done.
async fn trace(zone: &mut Zone) -> Vec<(bool, String)> {
    zone.heard();
    zone.apply().await;
    let told = |event| match event {
        Event::Started { address, .. } => Some((false, address.to_string())),
        Event::Done { address, .. } => Some((true, address.to_string())),
        _ => None,
    };
    zone.heard().into_iter().filter_map(told).collect()
}

fn with_a_step(plan: &Plan) -> BTreeSet<String> {
    plan.steps.iter().filter(|step| step.node.is_some()).map(|step| step.address.to_string()).collect()
}

fn of_node(cloud: &Cloud, since: usize) -> BTreeSet<String> {
    cloud.changes()[since..].iter().map(|(_, of)| of.clone()).collect()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn no_step_starts_before_all_it_needs_is_done(drafts in drafts(14), built: Index, harm: [(Index, u8); 2]) {
        run(async {
            let mut zone = begun(&drafts, built, &harm).await;
            let trace = trace(&mut zone).await;
            let at: BTreeMap<_, _> = trace.iter().enumerate().map(|(at, told)| (told.clone(), at)).collect();
            for (id, node) in zone.graph.nodes() {
                let Some(start) = at.get(&(false, node.label.to_string())) else { continue };
                for need in dependents_reversed(&zone, id) {
                    let need = &zone.graph.node(need).label;
                    if at.contains_key(&(false, need.to_string())) {
                        prop_assert!(at.get(&(true, need.to_string())).is_some_and(|done| done < start));
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn after_an_apply_nothing_is_left_to_do(drafts in drafts(14), built: Index, harm: [(Index, u8); 3], slow: [u8; 2]) {
        run(async {
            let zone = begun(&drafts, built, &harm).await;
            zone.cloud.state().lag = u32::from(slow[0] % 3);
            zone.cloud.state().pending = u32::from(slow[1] % 3);
            let (_, outcome) = zone.apply().await;
            prop_assert!(outcome.failed.is_empty() && outcome.skipped.is_empty(), "{outcome:#?}");
            (zone.cloud.state().lag, zone.cloud.state().pending) = (0, 0);
            zone.plan().await;
            zone.plan().await;
            zone.assert_settled().await;
            prop_assert!(copies(&zone).values().all(|count| *count == 1));
            Ok(())
        })?;
    }

    #[test]
    fn what_is_not_kept_makes_no_plan_another(
        drafts in drafts(14),
        built: Index,
        harm: [(Index, u8); 3],
        denied: Option<Index>,
    ) {
        run(async {
            let zone = begun(&drafts, built, &harm).await.prune();
            let nodes: Vec<_> = zone.graph.nodes().map(|(_, node)| &node.address).collect();
            if let Some(address) = denied.filter(|_| !nodes.is_empty()).map(|denied| denied.get(&nodes)) {
                let batch = format!("{}/{}", address.place, address.kind);
                zone.cloud.fault(Do::Read, &batch, Fault::Refused(Class::Denied), 2);
            }
            let plans = [zone.read(Keep::Everything).await, zone.read(Keep::Differences).await];
            let [all, differences] = plans.map(|snapshot| plan(&zone.graph, &snapshot, &zone.options));
            prop_assert_eq!(format!("{all:?}"), format!("{differences:?}"));
            Ok(())
        })?;
    }

    #[test]
    fn a_failure_skips_exactly_its_dependents(drafts in drafts(14), built: Index, fails: Index, harm: [(Index, u8); 2]) {
        run(async {
            let zone = begun(&drafts, built, &harm).await;
            let plan = zone.plan().await;
            if plan.steps.is_empty() {
                return Ok(());
            }
            let step = fails.get(&plan.steps);
            for what in [Do::Create, Do::Update, Do::Retag] {
                zone.cloud.fault(what, &step.address, Fault::Refused(Class::Final), 9);
            }
            let (plan, outcome) = zone.apply().await;
            let failed: BTreeSet<_> = outcome.failed.iter().map(|(address, _)| address.to_string()).collect();
            let nodes = failed.iter().filter_map(|address| zone.graph.at_address(address)).collect();
            let held = addresses(&zone, &dependents(&zone, &nodes));
            let held: BTreeSet<_> = held.intersection(&with_a_step(&plan)).cloned().collect();
            let skipped: BTreeSet<_> = outcome.skipped.iter().map(|(address, _)| address.to_string()).collect();
            prop_assert_eq!(&skipped, &held);
            prop_assert!(outcome.skipped.iter().all(|(_, because)| failed.contains(&**because)));
            prop_assert_eq!(outcome.done.len() + failed.len() + skipped.len(), plan.steps.len());
            zone.cloud.no_faults();
            zone.apply_clean().await;
            Ok(())
        })?;
    }

    #[test]
    fn what_depends_on_the_unreadable_is_left_alone(drafts in drafts(14), built: Index, denied: Index, harm: [(Index, u8); 3]) {
        run(async {
            let zone = begun(&drafts, built, &harm).await.prune();
            let nodes: Vec<_> = zone.graph.nodes().collect();
            if nodes.is_empty() {
                return Ok(());
            }
            let (_, node) = denied.get(&nodes);
            let batch = (node.address.place.clone(), node.address.kind);
            let unreadable: BTreeSet<_> = nodes
                .iter()
                .filter(|(_, node)| (&node.address.place, node.address.kind) == (&batch.0, batch.1))
                .map(|(id, _)| *id)
                .collect();
            let mut spared = addresses(&zone, &dependents(&zone, &unreadable));
            spared.extend(addresses(&zone, &unreadable));
            let before = zone.cloud.changes().len();
            zone.cloud.fault(Do::Read, &format!("{}/{}", batch.0, batch.1), Fault::Refused(Class::Denied), 9);
            let (plan, outcome) = zone.apply().await;
            // In a newborn place the read is denied only when it comes to it.
            let unread = addresses(&zone, &unreadable);
            prop_assert!(outcome.failed.iter().all(|(address, _)| unread.contains(&**address)), "{outcome:#?}");
            let touched = of_node(&zone.cloud, before);
            prop_assert!(touched.is_disjoint(&spared), "{touched:?} of {spared:?}\n{:?}", words(&plan));
            prop_assert!(zone.cloud.changes()[before..].iter().all(|(what, _)| *what != Do::Delete));
            zone.cloud.no_faults();
            zone.apply_clean().await;
            Ok(())
        })?;
    }

    #[test]
    fn killed_at_any_call_the_next_apply_gets_to_the_same_end(drafts in drafts(14), at: Index, carried: bool) {
        run(async {
            let straight = zone(&drafts);
            straight.apply_clean().await;
            let calls = straight.cloud.changes().len();
            if calls == 0 {
                return Ok(());
            }
            let killed = zone(&drafts);
            killed.cloud.state().doom = Some((at.index(calls), carried));
            tokio::select! {
                _ = killed.apply() => {}
                () = killed.cloud.killed.cancelled() => {}
            }
            killed.become_(draw(&drafts)).apply_clean().await;
            prop_assert_eq!(killed.cloud.contents(), straight.cloud.contents());
            Ok(())
        })?;
    }

    #[test]
    fn drift_names_exactly_what_was_changed_and_an_apply_repairs_exactly_that(
        drafts in drafts(14),
        harm in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        run(async {
            let zone = zone(&drafts);
            zone.apply_clean().await;
            let (before, calls) = (zone.cloud.contents(), zone.cloud.changes().len());
            let mut harmed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (what, how) in &harm {
                if let Some((id, fields)) = tamper(&zone, *what, *how) {
                    harmed.entry(zone.graph.node(id).label.to_string()).or_default().extend(fields);
                }
            }
            let plan = zone.plan().await;
            let named: BTreeMap<_, _> = plan.steps.iter().map(|step| (step.address.to_string(), paths(step))).collect();
            for fields in harmed.values_mut().filter(|fields| fields.contains("*")) {
                *fields = BTreeSet::from(["*".to_owned()]);
            }
            prop_assert_eq!(&named, &harmed);
            zone.apply_clean().await;
            prop_assert_eq!(zone.cloud.contents(), before);
            prop_assert_eq!(of_node(&zone.cloud, calls), harmed.into_keys().collect());
            Ok(())
        })?;
    }

    #[test]
    fn a_cloud_that_loses_answers_gets_nothing_twice(
        drafts in drafts(10),
        faults in prop::collection::vec((any::<Index>(), 0..4_u8, 1..3_usize), 0..6),
        slow: [u8; 2],
    ) {
        run(async {
            let straight = zone(&drafts);
            straight.apply_clean().await;
            let zone = zone(&drafts);
            zone.cloud.state().lag = u32::from(slow[0] % 3);
            zone.cloud.state().pending = u32::from(slow[1] % 3);
            let calls: Vec<Call> = straight.cloud.changes();
            for (call, fault, times) in faults.iter().filter(|_| !calls.is_empty()) {
                let (what, of) = call.get(&calls);
                let fault = match fault {
                    0 => Fault::Refused(Class::Throttled),
                    1 => Fault::Refused(Class::NotYet),
                    2 => Fault::Lost { carried: true },
                    _ => Fault::Lost { carried: false },
                };
                zone.cloud.fault(*what, of, fault, *times);
            }
            let (_, outcome) = zone.apply().await;
            prop_assert!(outcome.failed.is_empty(), "{outcome:#?}");
            prop_assert_eq!(zone.cloud.contents(), straight.cloud.contents());
            Ok(())
        })?;
    }

    #[test]
    fn what_leaves_the_toml_leaves_the_cloud_and_nothing_else_does(drafts in drafts(12), stay: Index) {
        run(async {
            let all = zone(&drafts);
            all.apply_clean().await;
            let fewer: Vec<_> = drafts[..stay.index(drafts.len() + 1)].to_vec();
            let fewer_zone = all.become_(draw(&fewer)).prune();
            let (_, outcome) = fewer_zone.apply().await;
            prop_assert!(outcome.failed.is_empty() && outcome.skipped.is_empty(), "{outcome:#?}");
            let plan = fewer_zone.plan().await;
            prop_assert!(plan.steps.iter().all(|step| matches!(step.action, Action::Orphan(_))), "{:?}", words(&plan));
            let made: BTreeSet<_> = fewer_zone.graph.nodes().map(|(_, node)| node.label.to_string()).collect();
            let deleted = all.cloud.changes().into_iter().filter(|(what, _)| *what == Do::Delete);
            prop_assert!(deleted.into_iter().all(|(_, of)| !made.contains(&of)));
            Ok(())
        })?;
    }
}

/// All that a node needs, however far away.
fn dependents_reversed(zone: &Zone, id: NodeId) -> BTreeSet<NodeId> {
    let mut reached = BTreeSet::new();
    let mut next = vec![id];
    while let Some(id) = next.pop() {
        for need in &zone.graph.node(id).needs {
            if reached.insert(*need) {
                next.push(*need);
            }
        }
    }
    reached
}

fn paths(step: &crate::engine::plan::Step) -> BTreeSet<String> {
    match step.action {
        Action::Create => BTreeSet::from(["*".to_owned()]),
        _ => step.changes.list().iter().map(|change| change.path.clone()).collect(),
    }
}
