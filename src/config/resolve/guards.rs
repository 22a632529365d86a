use std::collections::BTreeMap;

use crate::model::{Account, Archive, GENERATED_FOR_ARCHIVE, Key, LandingZone, PolicyId, PolicyType};
use crate::names::{AccountName, Located, Origin};

/// Attaches what protects the archive to the accounts that its buckets and keys lie in, as if it were written there.
/// Nothing binds the management account.
pub(super) fn attach(landing_zone: &mut LandingZone) {
    let Some(archive) = &landing_zone.archive else { return };
    let policy = PolicyId::new(PolicyType::ServiceControl, GENERATED_FOR_ARCHIVE);
    for (name, origin) in homes(landing_zone, archive) {
        let Some(Account { policies, .. }) = landing_zone.accounts.get_mut(&name) else { continue };
        if !name.is_management() && policies.iter().all(|attached| attached.value != policy) {
            policies.push(Located::new(policy.clone(), origin));
        }
    }
}

/// The accounts that a part of the archive lies in, and where it says so.
fn homes(landing_zone: &LandingZone, archive: &Archive) -> BTreeMap<AccountName, Origin> {
    let copy = archive.replica.as_ref().map(|replica| &replica.key);
    let keys = [Some(&archive.key), copy].into_iter().flatten();
    let of_key = |key: &Key, origin: &Origin| (key.id.account.clone(), origin.clone());
    let keys = keys.filter_map(|key| Some(of_key(landing_zone.key(&key.value)?, &key.origin)));
    let mut homes: BTreeMap<_, _> = keys.collect();
    homes.insert(archive.account.value.clone(), archive.account.origin.clone());
    homes
}
