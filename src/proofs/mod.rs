//! Offline answers about access, from what a landing zone comes to: nothing is asked of AWS, and ids that only AWS knows
//! stand as symbols. What can't be decided is said to be open, and each proof says on which side it then errs.

mod assertions;
mod keys;
mod pattern;
pub mod reach;
mod request;
mod rule;
mod truth;

use crate::{
    engine::graph::Graph,
    model::{LandingZone, Problem},
};

/// A proof of one topic.
type Proof = fn(&LandingZone, &Graph) -> Vec<Problem>;

/// All proofs, in no particular order.
const PROOFS: &[Proof] = &[assertions::hold, keys::stay_administrable, keys::readers_are_let];

/// Everything that would not hold of a landing zone and the graph it comes to.
pub fn refuted(zone: &LandingZone, graph: &Graph) -> Vec<Problem> {
    PROOFS.iter().flat_map(|proof| proof(zone, graph)).collect()
}
