//! What is going on, as it goes on.

mod applying;
mod board;
mod reading;
mod screen;
mod times;

pub(super) use applying::sign;
pub use screen::Progress;
pub use times::Times;
