//! Runs that survive: one at a time, and what becomes of those that die, lose their turn or are interrupted.

mod faults;
mod journal;
mod killed;
pub mod lease;
mod strangers;
