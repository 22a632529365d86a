//! The engine: graph, snapshot, plan, apply, events. It knows neither AWS nor a terminal nor a landing zone.

pub mod apply;
pub mod at;
mod batches;
pub mod calling;
pub mod destroy;
pub mod doc;
pub mod env;
pub mod erased;
pub mod error;
pub mod estimate;
pub mod event;
pub mod graph;
mod guard;
mod judge;
pub mod kind;
mod left;
mod matching;
mod moved;
mod pace;
pub mod permissions;
pub mod plan;
mod poll;
mod promise;
pub mod quota;
mod read;
pub mod relations;
mod remove;
pub mod select;
pub mod sides;
pub mod snapshot;
mod step;
mod strays;
#[cfg(test)]
mod tests;
mod values;
mod walk;
pub mod world;
