use std::fmt::Display;

use super::Region;

/// The name of the bucket that holds the lease and the journals of runs: of the management account and the home Region,
/// whatever the landing zone is called, so that two of them in one organization take turns too. Where the account is not
/// known, `*` makes a pattern of it.
pub fn runs_bucket(management: impl Display, home: Region) -> String {
    format!("landfall-{management}-{home}")
}
