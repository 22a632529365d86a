//! The way to AWS: credentials, clients, rates, retries and errors. Kinds make calls, nothing more: whatever has to
//! be done around a call is done here, once.

mod call;
mod chain;
mod classify;
mod clients;
mod cloud;
mod directory;
mod hints;
mod lanes;
mod ledger;
mod network;
mod quotas;
mod resolver;
mod retries;
mod sessions;
mod settings;
mod skew;
#[cfg(test)]
mod testing;
mod wire;

pub use call::{built, call, code, later, seen, unless, untaken};
pub use chain::Caller;
pub use clients::{Apart, Aws, Careful};
pub use cloud::Cloud;
pub use lanes::rates;
pub use ledger::{Called, Calls};
pub use quotas::{quota, seat_of_quotas};
pub use settings::Settings;
pub use skew::Skew;
