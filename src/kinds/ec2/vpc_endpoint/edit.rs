//! The call that changes an endpoint: what is to come comes with what is to go.

use std::collections::BTreeSet;

use super::{Live, VpcEndpoint, reach::is_list};
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, doc::Change, error::Result, kind::Wanted},
};

/// What is asked for while AWS still carries out what was asked for before is [asked for again][state].
///
/// [state]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const BUSY: &str = "IncorrectState";

pub(super) async fn update(
    at: &At<'_>,
    it: &Wanted<'_, VpcEndpoint>,
    live: &Live,
    changes: &[Change],
) -> Result<()> {
    let touched = |root: &str| changes.iter().any(|change| change.root() == root);
    let mut request = at.ec2().await?.modify_vpc_endpoint().vpc_endpoint_id(&live.id);
    if touched("policy") {
        request = match &it.spec.policy {
            Some(policy) => request.policy_document(policy.resolve(&it.env).now()?),
            None => request.reset_policy(true),
        };
    }
    if touched("private_names") {
        request = request.set_private_dns_enabled(it.spec.reach.private_names());
    }
    if changes.iter().any(|change| is_list(change.root())) {
        let (want, have) = (it.spec.reach.ids(it.env)?, &live.ids);
        request = request
            .set_add_route_table_ids(only(&want.route_tables, &have.route_tables))
            .set_remove_route_table_ids(only(&have.route_tables, &want.route_tables))
            .set_add_subnet_ids(only(&want.subnets, &have.subnets))
            .set_remove_subnet_ids(only(&have.subnets, &want.subnets))
            .set_add_security_group_ids(only(&want.groups, &have.groups))
            .set_remove_security_group_ids(only(&have.groups, &want.groups));
    }
    let answer = aws::call(at, "ModifyVpcEndpoint", request.send()).await;
    aws::later(answer, &[BUSY]).map(drop)
}

/// What the first has and the second has not; nothing if that is nothing.
fn only(first: &BTreeSet<String>, second: &BTreeSet<String>) -> Option<Vec<String>> {
    let only: Vec<_> = first.difference(second).cloned().collect();
    (!only.is_empty()).then_some(only)
}
