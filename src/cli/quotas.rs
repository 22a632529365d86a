//! How near a plan comes to what AWS allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::future::join_all;

use crate::{
    aws::{self, Aws as _},
    compose::QUOTAS,
    engine::{
        graph::{Graph, Place},
        plan::Plan,
        quota::{Load, Near, loads},
        snapshot::Snapshot,
        world::World,
    },
};

/// The quotas that a plan of what was read comes near. AWS is asked for those alone that it comes near by the default.
pub(super) async fn near(
    world: &Arc<World>,
    plan: &Plan,
    (graph, snapshot): (&Graph, &Snapshot),
) -> Vec<Near> {
    let loads = loads(QUOTAS, plan, graph, &snapshot.there);
    let asked: BTreeSet<_> = loads.iter().filter_map(|load| ask(world, load)).collect();
    let answers = asked.into_iter().map(|(place, code)| async move {
        let at = world.at(&place, "");
        // Whoever may not be asked keeps to the default, as far as anybody knows.
        let told = aws::quota(&at, code).await.ok().flatten();
        ((place, code), told)
    });
    let told: BTreeMap<_, Option<u64>> = join_all(answers).await.into_iter().collect();
    let near = |load: Load| {
        let told = ask(world, &load).and_then(|key| *told.get(&key)?);
        let seat = seat(world, &load).region;
        Near::of(load, told, seat)
    };
    loads.into_iter().filter_map(near).collect()
}

type Asked = (Place, (&'static str, &'static str));

/// What to ask for, and where; nothing where nobody answers yet.
fn ask(world: &World, load: &Load) -> Option<Asked> {
    let code = load.quota.code.filter(|_| !load.is_unborn)?;
    Some((seat(world, load), code))
}

fn seat(world: &World, load: &Load) -> Place {
    let home = world.at(&load.place, "").cloud().home_region();
    aws::seat_of_quotas(&load.place, home)
}
