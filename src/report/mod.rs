//! The only writer to stdout and stderr. Data goes to stdout, everything else to stderr; what a person reads and what a
//! machine reads are made here from plans, outcomes and events, and nowhere else.

mod channel;
mod destruction;
mod difference;
mod doctor;
mod drift;
mod explain;
mod failures;
mod history;
pub mod json;
mod kinds;
mod lock;
pub mod map;
mod outcome;
mod outlook;
mod output;
mod page;
mod permissions;
mod plan;
mod progress;
mod reach;
mod relations;
#[cfg(test)]
mod samples;
mod show;
mod story;
mod style;
mod terminal;
mod trouble;
mod words;

pub use difference::Difference;
pub use doctor::{Finding, Verdict};
pub use explain::{Explained, Explanation, Listed, Need};
pub use kinds::Detail;
pub use lock::Lock;
pub use outcome::Applied;
pub use outlook::Outlook;
pub use output::{Color, Output, Settings};
pub use permissions::Needed;
pub use progress::{Progress, Times};
pub use reach::{Hop, Journey, Passage, Reach, Way};
pub use relations::{Format, Relations};
pub use show::{Asked, Show};
pub use story::{Leg, Story};
pub use words::{number, plural, took};
