//! That there are no default VPCs, where a baseline or an account says so.

use crate::{
    compose::Composer,
    kinds::ec2::{DefaultVpc, default_vpc},
    model::DefaultVpcs,
};

/// Takes the default VPC out of every Region in use of the accounts that want none. Regions that are not in use are closed
/// to everybody.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let Composer { graph, known, .. } = composer;
    for (account, home) in &known.homes {
        let stated = known.zone.accounts.get(account).and_then(|account| account.default_vpcs.as_ref());
        let Some(stated) = stated.filter(|stated| stated.value == DefaultVpcs::Removed) else { continue };
        for at in home.regions.values() {
            graph.add::<DefaultVpc>(*at, "default-vpc", &stated.origin, |_| default_vpc::Spec);
        }
    }
}
