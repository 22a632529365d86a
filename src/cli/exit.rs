//! Exit codes: the first that holds.

use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything is as it should be.
    Fine,
    /// It did not work: bad input, a failed call.
    Error,
    /// There are changes to make, or drift (`plan --detailed-exitcode`, `drift`).
    Changes,
    /// Something could not be read, is blocked, was skipped or interrupted.
    Incomplete,
    /// What a command run inside a sandbox ended with.
    Of(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Error => 1,
            Exit::Changes => 2,
            Exit::Incomplete => 3,
            Exit::Of(code) => code,
        })
    }
}
