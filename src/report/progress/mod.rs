//! What is going on, as it goes on.

mod applying;
mod board;
mod reading;
mod screen;

pub use screen::Progress;
