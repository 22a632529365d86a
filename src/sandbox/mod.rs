//! A local AWS to try things against: moto in a virtual environment of its own, with a small Python package that adds
//! what moto lacks. Listens on the loopback interface only and ends with the process that started it.

mod environment;
mod error;
mod server;

pub use environment::{Environment, default_cache, interpreter};
pub use error::Error;
pub use server::{Flavour, Server};
