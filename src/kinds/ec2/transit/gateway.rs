//! `ec2/transit-gateway`: what joins VPCs of a Region.

use std::time::Duration;

use aws_sdk_ec2::types::{
    AutoAcceptSharedAttachmentsValue as AutoAccept, DefaultRouteTableAssociationValue as DefaultAssociation,
    DefaultRouteTablePropagationValue as DefaultPropagation, ModifyTransitGatewayOptions, ResourceType,
    TransitGateway as SdkGateway, TransitGatewayRequestOptions, TransitGatewayState,
};

use super::inventory::{gateways, settled};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::ec2::{freed, is_of_account, is_ours, name, retag, specification, tags},
};

/// A [Transit Gateway][gateway] without default route tables: nothing reaches anything through it that no table of ours
/// says. Attachments from accounts that it is shared with are accepted by themselves.
///
/// [gateway]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html
pub struct TransitGateway;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What its tag `Name` says, by which it is found where our own tags are gone.
    pub name: String,
    /// What people read about it.
    pub description: String,
    /// Its private autonomous system number.
    pub asn: u32,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    state: State,
    description: String,
    asn: i64,
    auto_accept: bool,
    default_association: bool,
    default_propagation: bool,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `tgw-…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for TransitGateway {
    const NAME: &'static str = "ec2/transit-gateway";
    const ABOUT: &'static str = "A Transit Gateway without default route tables: nothing reaches anything that no table of ours says.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeTransitGateways"],
        create: &["ec2:CreateTransitGateway", "ec2:CreateTags"],
        update: &["ec2:ModifyTransitGateway", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteTransitGateway"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(90),
        deadline: Duration::from_mins(15),
        source: "seen in the field: 1 to 2 minutes",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    /// The name is a tag.
    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name: _, description, asn } = spec;
        Doc::new()
            .with("description", description.as_str())
            .with("asn", *asn)
            .with("auto_accept", true)
            .with("default_association", false)
            .with("default_propagation", false)
    }

    fn observed(live: &Live) -> Doc {
        let Live {
            id: _,
            arn: _,
            state: _,
            description,
            asn,
            auto_accept,
            default_association,
            default_propagation,
        } = live;
        Doc::new()
            .with("description", description.as_str())
            .with("asn", *asn)
            .with("auto_accept", *auto_accept)
            .with("default_association", *default_association)
            .with("default_propagation", *default_propagation)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone(), arn: live.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    /// A gateway lies in no VPC, and costs money every hour: it is looked for everywhere.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let gateways = gateways(at).await?;
        let is_wanted = |called: &str| wanted.iter().any(|it| it.spec.name == called);
        let concerns = |one: &&SdkGateway| is_ours(at, one.tags()) || name(one.tags()).is_some_and(is_wanted);
        Ok(gateways.iter().filter(concerns).filter_map(found).collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let gateways = gateways(at).await?;
        Ok(Some(gateways.iter().filter(|one| is_of_account(at, one.owner_id())).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name: _, description, asn } = it.spec;
        let options = TransitGatewayRequestOptions::builder()
            .amazon_side_asn((*asn).into())
            .auto_accept_shared_attachments(AutoAccept::Enable)
            .default_route_table_association(DefaultAssociation::Disable)
            .default_route_table_propagation(DefaultPropagation::Disable);
        let request = at.careful().ec2().await?.create_transit_gateway().description(description);
        let request = request.options(options.build());
        let request = request.tag_specifications(specification(ResourceType::TransitGateway, it.tags));
        aws::call(at, "CreateTransitGateway", request.send()).await.map(drop)
    }

    /// AWS changes the number only while [nothing that speaks BGP][modify] is attached.
    ///
    /// [modify]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGatewayOptions.html
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        let Spec { name: _, description, asn } = it.spec;
        let options = ModifyTransitGatewayOptions::builder()
            .set_amazon_side_asn(touched("asn").then(|| (*asn).into()))
            .set_auto_accept_shared_attachments(touched("auto_accept").then_some(AutoAccept::Enable))
            .set_default_route_table_association(
                touched("default_association").then_some(DefaultAssociation::Disable),
            )
            .set_default_route_table_propagation(
                touched("default_propagation").then_some(DefaultPropagation::Disable),
            );
        let request = at.ec2().await?.modify_transit_gateway().transit_gateway_id(&live.id);
        let request = request.set_description(touched("description").then(|| description.clone()));
        let request = request.options(options.build());
        settled(aws::call(at, "ModifyTransitGateway", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_transit_gateway().transit_gateway_id(&live.id);
        // Attachments that were deleted a moment ago hold on to it until they are gone.
        let gone = freed(aws::call(at, "DeleteTransitGateway", request.send()).await);
        aws::unless(gone, &["InvalidTransitGatewayID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

fn found(gateway: &SdkGateway) -> Option<Found<Live>> {
    let (id, options) = (gateway.transit_gateway_id()?, gateway.options()?);
    let state = match gateway.state() {
        Some(TransitGatewayState::Available) => State::Ready,
        Some(TransitGatewayState::Modifying) => State::Changing("while it is modifying".to_owned()),
        other => {
            State::Pending(format!("while it is {}", other.map_or("unknown", TransitGatewayState::as_str)))
        }
    };
    let live = Live {
        id: id.to_owned(),
        arn: gateway.transit_gateway_arn()?.to_owned(),
        state,
        description: gateway.description().unwrap_or_default().to_owned(),
        asn: options.amazon_side_asn().unwrap_or_default(),
        auto_accept: options.auto_accept_shared_attachments() == Some(&AutoAccept::Enable),
        default_association: options.default_route_table_association() == Some(&DefaultAssociation::Enable),
        default_propagation: options.default_route_table_propagation() == Some(&DefaultPropagation::Enable),
    };
    let key = name(gateway.tags()).unwrap_or(id).to_owned();
    Some(Found { key, label: id.to_owned(), owner: Owner::Tags(tags(gateway.tags())), live })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::TransitGatewayOptions;

    use super::*;
    use crate::engine::doc::diff;

    #[test]
    fn defaults_of_awss_are_differences() {
        let options = TransitGatewayOptions::builder()
            .amazon_side_asn(64512)
            .auto_accept_shared_attachments(AutoAccept::Disable)
            .default_route_table_association(DefaultAssociation::Enable)
            .default_route_table_propagation(DefaultPropagation::Enable);
        let gateway = SdkGateway::builder()
            .transit_gateway_id("tgw-1")
            .transit_gateway_arn("arn")
            .state(TransitGatewayState::Modifying)
            .options(options.build())
            .build();
        let live = found(&gateway).expect("a gateway").live;
        let spec = Spec { name: "acme".to_owned(), description: String::new(), asn: 64512 };
        let wanted = TransitGateway::desired(&spec, &Env::nothing_known());
        let paths: Vec<_> =
            diff(&TransitGateway::observed(&live), &wanted).into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["auto_accept", "default_association", "default_propagation"]);
        assert_eq!(TransitGateway::state(&live), State::Changing("while it is modifying".to_owned()));
    }
}
