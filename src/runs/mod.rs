//! Runs that survive. One apply at a time in an organization: whoever applies holds a lease, an object in a bucket of the
//! management account, and renews it; whoever dies loses it. Nothing here changes what a landing zone is made of.

mod bucket;
mod folder;
mod held;
mod keep;
mod lease;
mod run;
mod store;
mod timing;
mod wait;
mod writer;

pub use bucket::{ACTIONS, READS};
pub use folder::{Folder, Mark, STATE, boot, host};
pub use held::{Held, Loss};
pub use keep::{hand_in, keep};
pub use lease::Lease;
pub use run::RunId;
pub use store::{Condition, Found, Store};
pub use timing::Timing;
pub use wait::{Basis, Told, free, take};
pub use writer::{Trouble, Writer, Writing};
