//! What a run leaves behind: one file, a line of JSON for each thing that happened, with the time. It holds names, fields
//! and requests, and no values: whoever may read it learns what was done, and nothing that was meant to stay secret.

mod holder;
mod line;
mod record;

pub use holder::Holder;
pub use line::{Begun, Call, Ended, Failure, Line, Outcome, SCHEMA};
pub use record::{Fate, Record, State, Step};
