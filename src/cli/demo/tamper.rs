//! Four changes that somebody makes by hand, through the SDK and past everything Landfall knows.

use std::sync::Arc;

use aws_sdk_ec2::types::Filter;
use aws_sdk_organizations::types::PolicyType;

use crate::{
    aws::{Aws as _, Cloud, call},
    engine::{
        at::At,
        error::{Class, Error, Result},
        event::Events,
        graph::Place,
        world::World,
    },
    kinds,
    names::AccountName,
};

/// How many resources the changes concern.
pub(super) const CHANGES: usize = 4;

/// Makes the changes; says what was done.
pub(super) async fn all(cloud: &Arc<Cloud>) -> Result<[String; CHANGES]> {
    let world = World::new(kinds::ALL, Arc::clone(cloud) as _, 1, Events::default());
    let global = |account: AccountName| Place { account, region: None };
    let (management, prod) = (global(AccountName::management()), global(account("prod")?));
    let hub = Place { account: account("security")?, region: Some(cloud.home_region()) };
    let (management, prod, hub) = (world.at(&management, ""), world.at(&prod, ""), world.at(&hub, ""));
    Ok([detach(&management).await?, eject(&management).await?, widen(&prod).await?, lead(&hub).await?])
}

fn account(name: &str) -> Result<AccountName> {
    name.parse().map_err(|_| Error::new(Class::Final, "the sample's account names are no names"))
}

fn missing(what: &str) -> Error {
    Error::new(Class::Final, format!("the sample has no {what}"))
}

/// Takes a guardrail off the unit of the production accounts.
async fn detach(at: &At<'_>) -> Result<String> {
    const POLICY: &str = "deny-data-deletion";
    let client = at.organizations().await?;
    let list = client.list_policies().filter(PolicyType::ServiceControlPolicy);
    let policies = call(at, "ListPolicies", list.send()).await?.policies.unwrap_or_default();
    let id = policies.into_iter().find(|policy| policy.name() == Some(POLICY)).and_then(|policy| policy.id);
    let id = id.ok_or_else(|| missing(POLICY))?;
    let targets =
        call(at, "ListTargetsForPolicy", client.list_targets_for_policy().policy_id(&id).send()).await?;
    let target = targets.targets.unwrap_or_default().into_iter().next().ok_or_else(|| missing("target"))?;
    let detach = client.detach_policy().policy_id(&id).set_target_id(target.target_id);
    call(at, "DetachPolicy", detach.send()).await?;
    Ok(format!("detached the policy `{POLICY}` from `{}`", target.name.unwrap_or_default()))
}

/// Moves an account out of its unit, and so out of reach of its guardrails.
async fn eject(at: &At<'_>) -> Result<String> {
    const ACCOUNT: &str = "staging";
    let client = at.organizations().await?;
    let id = at.cloud().account_id(&account(ACCOUNT)?).ok_or_else(|| missing(ACCOUNT))?;
    let parents = call(at, "ListParents", client.list_parents().child_id(id.as_str()).send()).await?;
    let parent = parents.parents.unwrap_or_default().into_iter().next().and_then(|parent| parent.id);
    let roots = call(at, "ListRoots", client.list_roots().send()).await?;
    let root = roots.roots.unwrap_or_default().into_iter().next().and_then(|root| root.id);
    let eject = client.move_account().account_id(id.as_str()).set_source_parent_id(parent);
    call(at, "MoveAccount", eject.set_destination_parent_id(root).send()).await?;
    Ok(format!("moved the account `{ACCOUNT}` out of its unit to the root"))
}

/// Lets every principal of another account deploy to production.
async fn widen(at: &At<'_>) -> Result<String> {
    const ROLE: &str = "deployer";
    let stranger = at.cloud().account_id(&account("dev")?).ok_or_else(|| missing("dev"))?;
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "JustForNow",
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{}:iam::{stranger}:root", at.cloud().partition())},
            "Action": "sts:AssumeRole",
        }],
    });
    let client = at.iam().await?;
    let update = client.update_assume_role_policy().role_name(ROLE).policy_document(policy.to_string());
    call(at, "UpdateAssumeRolePolicy", update.send()).await?;
    Ok(format!("let every principal of the account `dev` assume `prod`'s role `{ROLE}`"))
}

/// Leads what development sends to production there.
async fn lead(at: &At<'_>) -> Result<String> {
    const TABLE: &str = "nonprod";
    let client = at.ec2().await?;
    let named = Filter::builder().name("tag:Name").values(TABLE).build();
    let tables = client.describe_transit_gateway_route_tables().filters(named).send();
    let tables = call(at, "DescribeTransitGatewayRouteTables", tables).await?.transit_gateway_route_tables;
    let table =
        tables.unwrap_or_default().into_iter().next().and_then(|one| one.transit_gateway_route_table_id);
    let owner = at.cloud().account_id(&account("prod")?).ok_or_else(|| missing("prod"))?;
    let whose = Filter::builder().name("resource-owner-id").values(owner.as_str()).build();
    let attached = client.describe_transit_gateway_attachments().filters(whose).send();
    let attached = call(at, "DescribeTransitGatewayAttachments", attached).await?.transit_gateway_attachments;
    let attached =
        attached.unwrap_or_default().into_iter().next().and_then(|one| one.transit_gateway_attachment_id);
    let enable = client.enable_transit_gateway_route_table_propagation();
    let enable = enable.set_transit_gateway_route_table_id(table).set_transit_gateway_attachment_id(attached);
    call(at, "EnableTransitGatewayRouteTablePropagation", enable.send()).await?;
    Ok(format!("led the segment `{TABLE}` to the VPC of `prod`"))
}
