//! What can go wrong with a local AWS.

use std::{io, path::PathBuf};

/// A failure to prepare or start the local AWS.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no Python that can make virtual environments.
    #[error("no Python 3 to run the local AWS with: tried {tried}")]
    NoPython {
        /// The commands that were tried.
        tried: String,
    },
    /// A file or folder of the cache could not be used.
    #[error("can't use `{}`", path.display())]
    Cache {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A command of the preparation failed.
    #[error("{doing} failed: {said}")]
    Command {
        /// What it was for.
        doing: &'static str,
        /// The last lines it printed.
        said: String,
    },
    /// The server did not come up.
    #[error("the local AWS did not start: {said}")]
    Start {
        /// What it said.
        said: String,
    },
}

impl Error {
    /// A way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoPython { .. } => {
                "install Python 3.10 or later with its `venv` module, or set LANDFALL_PYTHON to one"
            }
            Self::Cache { .. } => "set LANDFALL_CACHE to a folder that you can write to",
            Self::Command { .. } => {
                "packages come from PyPI: check the connection (HTTPS_PROXY, PIP_INDEX_URL), then try again"
            }
            Self::Start { .. } => "is the port taken? `--port 0` lets the system choose one",
        }
    }
}

/// Names the file or folder that an I/O error is about.
pub(super) fn about(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Cache { path: path.into(), source }
}
