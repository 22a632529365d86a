//! TOML to model. A landing zone's folder is read into [`Files`], each file into a spanned tree, each table by a
//! reader that is a list of its keys; baselines are merged into accounts; checks look at the whole. All of them put
//! what they dislike into one list of complaints, each with the place it is about.

pub mod catalogue;
mod checks;
mod complaint;
mod decode;
mod files;
mod folder;
mod json;
mod render;
mod resolve;
mod source;
mod tables;
mod write;

use std::path::Path;

pub use complaint::{Complaint, Complaints, Note};
pub use files::Files;
use render::render;
pub use write::{Entry, Section, Written, written};

use crate::model::LandingZone;
use complaint::Sink;
use folder::Folder;

/// A landing zone without mistakes.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it says.
    pub zone: LandingZone,
    /// What likely is not as it was meant. Stops nothing.
    pub warnings: Complaints,
}

/// Reads the landing zone in `dir`, or says everything that is wrong with it.
pub fn load(dir: &Path) -> Result<Checked, Complaints> {
    parse(&Files::read(dir))
}

/// Reads a landing zone whose files are in memory, or says everything that is wrong with it.
pub fn parse(files: &Files) -> Result<Checked, Complaints> {
    let sink = Sink::default();
    sink.extend(files.complaints());
    let landing_zone = understand(files, &sink);
    let complaints = Complaints::new(sink.sorted(), files.clone());
    match landing_zone {
        Some(zone) if complaints.mistakes() == 0 => Ok(Checked { zone, warnings: complaints }),
        _ => Err(complaints),
    }
}

/// Nothing if a file could not be read as a whole: what it would have defined is not known, so that names which
/// others refer to would all seem to be missing.
fn understand(files: &Files, sink: &Sink) -> Option<LandingZone> {
    let folder = Folder::open(files, sink);
    let pieces = tables::read(&folder, sink);
    if !folder.is_whole() {
        return None;
    }
    let landing_zone = resolve::resolve(pieces?, &folder, sink);
    checks::run(&landing_zone, sink);
    Some(landing_zone)
}
