//! In which organization a run takes place.

use crate::{
    aws::{self, Aws as _, Caller},
    engine::{
        error::{Class, Error},
        graph::{Graph, Place},
        kind::Kind as _,
        snapshot::{Entry, Snapshot},
        world::World,
    },
    kinds,
    names::AccountName,
};

/// Where a run takes place.
pub(super) enum Home {
    /// In this organization.
    Organization(String),
    /// In an account that belongs to none yet.
    None,
    /// It was not read, or could not be.
    Unknown,
}

/// Finds the organization in what was read.
///
/// # Errors
/// The caller's account is another's member: nothing of a landing zone can be read or changed from there.
pub(super) async fn home(
    graph: &Graph,
    snapshot: &Snapshot,
    world: &World,
    caller: &Caller,
) -> Result<Home, Error> {
    let place = Place { account: AccountName::management(), region: None };
    let mut nodes = graph.nodes();
    let organization = nodes.find(|(_, node)| {
        node.address.kind == kinds::organizations::Organization::NAME && node.address.place == place
    });
    Ok(match organization.map(|(id, _)| &snapshot.entries[id.index()]) {
        Some(Entry::Found(found)) => Home::Organization(found.label.clone()),
        Some(Entry::Settled(label)) => Home::Organization(label.to_string()),
        Some(Entry::Absent) => Home::None,
        // Where a run is about something else, it is asked for all the same: in another account, what is meant for the
        // management account would be made there.
        Some(entry @ (Entry::Unreadable(_) | Entry::Unselected)) => {
            match Box::pin(manager(world, &place)).await {
                Some((organization, manager)) if manager != caller.account.as_str() => {
                    return Err(astray(caller, &organization, &manager));
                }
                Some((organization, _)) if matches!(entry, Entry::Unselected) => {
                    Home::Organization(organization)
                }
                _ => Home::Unknown,
            }
        }
        _ => Home::Unknown,
    })
}

/// The caller's organization and its management account, which every member may ask for.
async fn manager(world: &World, place: &Place) -> Option<(String, String)> {
    let at = world.at(place, "");
    let describe = at.organizations().await.ok()?.describe_organization();
    let organization = aws::call(&at, "DescribeOrganization", describe.send()).await.ok()?.organization?;
    Some((organization.id?, organization.master_account_id?))
}

fn astray(caller: &Caller, organization: &str, manager: &str) -> Error {
    let Caller { account, arn, user_id: _ } = caller;
    let what =
        format!("you are {arn}, and account {account} does not manage the organization {organization}");
    Error::new(Class::Final, what)
        .hint(format!("its management account is {manager}: use credentials of that account (`--profile`)"))
}
