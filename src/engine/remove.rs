//! Taking away what the landing zone does not have.

use std::time::{Duration, Instant};

use super::{
    error::{Class, Error, Result},
    graph::{Graph, NodeId},
    matching::Batch,
    plan::Step,
    poll::interrupted,
    snapshot::{Snapshot, Stray, Strays, ask},
    world::World,
};

/// How long to wait between two looks at what is to go.
const TICK: Duration = Duration::from_millis(250);

/// Deletes one stray and asks until it is gone.
pub(super) async fn remove(world: &World, graph: &Graph, snapshot: &Snapshot, step: &Step) -> Result<()> {
    let (strays, at_index) = step.stray.expect("only strays are removed");
    let strays = &snapshot.strays[strays];
    let stray = &strays.list[at_index];
    let place = &graph.place(strays.place).place;
    let at = world.at(place, graph.organization());
    {
        let _leave = world.leave().await;
        strays.kind.delete(&at, &stray.live).await?;
    }
    let deadline = Instant::now() + strays.kind.timing().deadline;
    while is_there(world, graph, snapshot, strays, stray).await? {
        if Instant::now() > deadline {
            return Err(Error::new(Class::Deadline, "it was deleted and does not go away")
                .hint("run it again: it goes on where AWS stands"));
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = world.abandon.cancelled() => return Err(interrupted()),
        }
    }
    Ok(())
}

async fn is_there(
    world: &World,
    graph: &Graph,
    snapshot: &Snapshot,
    strays: &Strays,
    stray: &Stray,
) -> Result<bool> {
    let kind = strays.kind;
    let nodes: Vec<NodeId> = graph
        .nodes()
        .filter(|(_, node)| node.place == strays.place && node.address.kind == kind.name())
        .map(|(id, _)| id)
        .collect();
    world.forget(&graph.place(strays.place).place, kind.service());
    let found = ask(world, graph, &snapshot.outputs, (strays.place, kind), &nodes).await?;
    let batch = Batch { graph, kind, nodes: &nodes, outputs: &snapshot.outputs };
    Ok(batch.pair(found).strays.iter().any(|left| left.key == stray.key))
}
