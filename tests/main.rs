//! All integration tests, in one binary: linking the SDK once is enough.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by a panic")]
#![expect(unreachable_pub, reason = "modules of one test binary share what they offer each other")]

mod accounts;
mod answers;
mod architecture;
mod archive;
mod casts;
mod catalogue;
mod config;
mod destroy;
mod dns;
mod doctor;
mod emulator;
mod everyday;
mod guard;
mod keys;
mod kinds;
mod logging;
mod many;
mod map;
mod moved;
mod policy;
mod quotas;
mod reach;
mod readers;
mod runs;
mod saved;
mod schemas;
mod sessions;
mod support;
mod transitions;
