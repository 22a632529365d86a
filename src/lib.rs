//! TOML is compiled into a typed graph of desired resources; AWS itself is the state; a pure planner compares the two;
//! a concurrent executor makes them equal; everything a person sees is rendered from events.
//!
//! The folders are the stages of that sentence; `CONTRIBUTING.md` says which may use which.

pub mod aws;
pub mod cli;
pub mod compose;
pub mod config;
pub mod engine;
pub mod journal;
pub mod kinds;
pub mod model;
pub mod names;
pub mod policy;
pub mod proofs;
pub mod report;
pub mod runs;
pub mod sandbox;
