//! The organization as a picture: a page for people, and text that documentation draws pictures from. All of them are
//! made from one [`Drawing`], which knows nothing of how it is drawn.

mod block;
mod cards;
mod drawing;
pub(super) mod escape;
mod graphviz;
mod html;
mod measure;
mod mermaid;
mod names;
mod network;
mod organization;
mod poster;
#[cfg(test)]
mod samples;
mod scene;
mod svg;
#[cfg(test)]
mod tests;

pub use drawing::{
    Account, Card, Drawing, External, Fact, Gateway, Group, Mark, Region, Segment, State, Subnet, Thing,
    Tier, Unit, Vpc,
};
pub use graphviz::graphviz;
pub use html::html;
pub use mermaid::mermaid;
