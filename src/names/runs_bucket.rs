use super::{AccountId, Region};

/// The name of the bucket that holds the lease and the journals of runs: of the management account and the home Region,
/// whatever the landing zone is called, so that two of them in one organization take turns too.
pub fn runs_bucket(management: &AccountId, home: Region) -> String {
    format!("landfall-{management}-{home}")
}
