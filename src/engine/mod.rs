//! The engine: graph, snapshot, plan, apply, events. It knows neither AWS nor a terminal nor a landing zone.

pub mod apply;
pub mod at;
pub mod doc;
pub mod env;
pub mod erased;
pub mod error;
pub mod event;
pub mod graph;
pub mod kind;
mod matching;
pub mod plan;
mod poll;
mod remove;
pub mod select;
pub mod snapshot;
mod step;
pub mod world;
