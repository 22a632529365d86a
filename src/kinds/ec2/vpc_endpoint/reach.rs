//! How an endpoint is reached: by routes, or by network interfaces with names and groups.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::VpcEndpointType;

use crate::{
    engine::{
        doc::Field,
        env::{Env, Need, Value},
        error::Result,
    },
    kinds::ec2::{RouteTable, SecurityGroup, Subnet},
};

/// How an endpoint is reached.
#[derive(Clone, Debug)]
pub enum Reach {
    /// By a route to the service's addresses in each of these tables.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
    Gateway {
        /// The tables.
        route_tables: Vec<Need<RouteTable>>,
    },
    /// By a network interface in each of these subnets, under the service's own names.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
    Interface {
        /// The subnets, one at most in a zone.
        subnets: Vec<Need<Subnet>>,
        /// Who may reach the interfaces.
        groups: Vec<Need<SecurityGroup>>,
        /// Whether the service's own names lead here.
        private_names: bool,
    },
}

/// What an endpoint lies in or has, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ids {
    pub route_tables: BTreeSet<String>,
    pub subnets: BTreeSet<String>,
    pub groups: BTreeSet<String>,
}

const ROUTE_TABLES: &str = "route_tables";
const SUBNETS: &str = "subnets";
const GROUPS: &str = "security_groups";
const PRIVATE_NAMES: &str = "private_names";
const TYPE: &str = "type";

/// The path of a field that says that something belongs to the endpoint.
fn path(list: &str, id: &str) -> String {
    format!("{list}[{id}]")
}

/// Whether a change is about one of these.
pub(super) fn is_list(root: &str) -> bool {
    [ROUTE_TABLES, SUBNETS, GROUPS].contains(&root)
}

impl Reach {
    pub(super) const fn kind(&self) -> VpcEndpointType {
        match self {
            Self::Gateway { .. } => VpcEndpointType::Gateway,
            Self::Interface { .. } => VpcEndpointType::Interface,
        }
    }

    /// The types that AWS counts together with this one.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html>
    pub(super) const fn counted_with(&self) -> &'static [VpcEndpointType] {
        match self {
            Self::Gateway { .. } => &[VpcEndpointType::Gateway],
            Self::Interface { .. } => &[VpcEndpointType::Interface, VpcEndpointType::GatewayLoadBalancer],
        }
    }

    pub(super) const fn private_names(&self) -> Option<bool> {
        match self {
            Self::Gateway { .. } => None,
            Self::Interface { private_names, .. } => Some(*private_names),
        }
    }

    pub(super) fn fields(&self, env: Env<'_>) -> Vec<(String, Field)> {
        let mut fields = vec![(TYPE.to_owned(), kind(&self.kind()).into())];
        let mut member = |list: &str, address: &str, id: Value<String>| {
            let shown = id.clone().known().unwrap_or_else(|| address.to_owned());
            fields.push((path(list, &shown), Field::of(id.map(|_| true), Some(true.into()))));
        };
        match self {
            Self::Gateway { route_tables } => {
                for table in route_tables {
                    member(ROUTE_TABLES, table.address(), env.get(table).map(|table| table.id));
                }
            }
            Self::Interface { subnets, groups, private_names: _ } => {
                for subnet in subnets {
                    member(SUBNETS, subnet.address(), env.get(subnet).map(|subnet| subnet.id));
                }
                for group in groups {
                    member(GROUPS, group.address(), env.get(group).map(|group| group.id));
                }
            }
        }
        fields.extend(self.private_names().map(|on| (PRIVATE_NAMES.to_owned(), on.into())));
        fields
    }

    pub(super) fn ids(&self, env: Env<'_>) -> Result<Ids> {
        let mut ids = Ids::default();
        match self {
            Self::Gateway { route_tables } => {
                for table in route_tables {
                    ids.route_tables.insert(env.get(table).now()?.id);
                }
            }
            Self::Interface { subnets, groups, private_names: _ } => {
                for subnet in subnets {
                    ids.subnets.insert(env.get(subnet).now()?.id);
                }
                for group in groups {
                    ids.groups.insert(env.get(group).now()?.id);
                }
            }
        }
        Ok(ids)
    }
}

impl Ids {
    pub(super) fn fields(&self, of: &VpcEndpointType, private_names: bool) -> Vec<(String, Field)> {
        let Self { route_tables, subnets, groups } = self;
        let member = |list, ids: &BTreeSet<String>| {
            ids.iter().map(|id| (path(list, id), Field::from(true))).collect::<Vec<_>>()
        };
        let mut fields = vec![(TYPE.to_owned(), kind(of).into())];
        fields.extend(member(ROUTE_TABLES, route_tables));
        fields.extend(member(SUBNETS, subnets));
        fields.extend(member(GROUPS, groups));
        if *of == VpcEndpointType::Interface {
            fields.push((PRIVATE_NAMES.to_owned(), private_names.into()));
        }
        fields
    }
}

fn kind(kind: &VpcEndpointType) -> String {
    kind.as_str().to_lowercase()
}
