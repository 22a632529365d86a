//! Calls that change a network ACL, entry by entry and subnet by subnet: what stays is not touched.

use aws_sdk_ec2::types::{NetworkAcl, NetworkAclAssociation};

use super::{
    ask,
    entry::{Entry, Held},
};
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

/// Adds an entry. One that is there was added by this very call, sent before: what `read` shows decides.
pub(super) async fn create(at: &At<'_>, acl: &str, entry: &Entry) -> Result<()> {
    let request = at.ec2().await?.create_network_acl_entry().network_acl_id(acl);
    let request = request.rule_number(entry.number.into()).egress(entry.egress);
    let request = request.protocol(entry.traffic.number()).rule_action(entry.action());
    let request = request.cidr_block(entry.range.to_string());
    let request = request.set_port_range(entry.ports()).set_icmp_type_code(entry.icmp());
    let made = aws::seen(aws::call(at, "CreateNetworkAclEntry", request.send()).await);
    aws::unless(made, &["NetworkAclEntryAlreadyExists"]).map(drop)
}

/// Lets an entry say something else, at once.
pub(super) async fn replace(at: &At<'_>, acl: &str, entry: &Entry) -> Result<()> {
    let request = at.ec2().await?.replace_network_acl_entry().network_acl_id(acl);
    let request = request.rule_number(entry.number.into()).egress(entry.egress);
    let request = request.protocol(entry.traffic.number()).rule_action(entry.action());
    let request = request.cidr_block(entry.range.to_string());
    let request = request.set_port_range(entry.ports()).set_icmp_type_code(entry.icmp());
    aws::call(at, "ReplaceNetworkAclEntry", request.send()).await.map(drop)
}

/// Takes an entry away.
pub(super) async fn delete(at: &At<'_>, acl: &str, entry: &Held) -> Result<()> {
    let request = at.ec2().await?.delete_network_acl_entry().network_acl_id(acl);
    let request = request.rule_number(entry.number).egress(entry.egress);
    let gone = aws::call(at, "DeleteNetworkAclEntry", request.send()).await;
    aws::unless(gone, &["InvalidNetworkAclEntry.NotFound"]).map(drop)
}

/// Lets an ACL guard a subnet, whichever did before. Every subnet has one: it is [replaced][replace] at once.
///
/// [replace]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
pub(super) async fn guard(at: &At<'_>, acl: &str, subnet: &str) -> Result<()> {
    // Each replacement gives the association a new id: what is remembered would be out of date.
    let acls = ask(at).await?;
    let mut all = acls.iter().flat_map(NetworkAcl::associations);
    let Some(now) = all.find(|association| association.subnet_id() == Some(subnet)) else { return Ok(()) };
    if now.network_acl_id() == Some(acl) {
        return Ok(());
    }
    let id = NetworkAclAssociation::network_acl_association_id(now).unwrap_or_default();
    let request = at.ec2().await?.replace_network_acl_association().association_id(id).network_acl_id(acl);
    aws::seen(aws::call(at, "ReplaceNetworkAclAssociation", request.send()).await).map(drop)
}

/// Gives a subnet back to its VPC's default ACL.
pub(super) async fn unguard(at: &At<'_>, vpc: &str, subnet: &str) -> Result<()> {
    let acls = ask(at).await?;
    let mut of_vpc = acls.iter().filter(|acl| acl.vpc_id() == Some(vpc));
    let default = of_vpc.find(|acl| acl.is_default() == Some(true)).and_then(|acl| acl.network_acl_id());
    match default {
        Some(default) => guard(at, default, subnet).await,
        None => Ok(()),
    }
}
