//! All integration tests, in one binary: linking the SDK once is enough.

mod architecture;
mod config;
mod emulator;
mod everyday;
mod kinds;
mod support;
