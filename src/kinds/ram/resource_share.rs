//! `ram/resource-share`: what an account lets others use, in one Region.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_ram::types::{
    ResourceOwner, ResourceShare as SdkShare, ResourceShareAssociation,
    ResourceShareAssociationStatus as AssociationStatus, ResourceShareAssociationType as AssociationType,
    ResourceShareStatus as Status, Tag,
};
use futures::future::try_join;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{
            Actions, Found, Identity, Kind, ORGANIZATION_TAG, Owner, Removal, Scope, State, TagChange, Tags,
            Wanted,
        },
    },
    kinds::ec2,
};

/// A [resource share][share] with principals of the organization, each type of resource with the permissions that AWS
/// gives by default.
///
/// [share]: https://docs.aws.amazon.com/ram/latest/userguide/getting-started-terms-and-concepts.html
pub struct ResourceShare;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// Who may use it: ids of accounts, ARNs of the organization or of its units.
    pub principals: Vec<Text>,
    /// The ARNs of what is shared: everything of this account and Region.
    pub resources: Vec<Text>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    name: String,
    external: bool,
    state: State,
    principals: BTreeSet<String>,
    resources: BTreeSet<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

impl Kind for ResourceShare {
    const NAME: &'static str = "ram/resource-share";
    const ABOUT: &'static str = "A share of resources with principals of the organization.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &[
            "ram:GetResourceShares",
            "ram:GetResourceShareAssociations",
            "ec2:DescribeVpcs",
            "ec2:DescribeTransitGateways",
        ],
        create: &["ram:CreateResourceShare", "ram:TagResource"],
        update: &[
            "ram:UpdateResourceShare",
            "ram:AssociateResourceShare",
            "ram:DisassociateResourceShare",
            "ram:TagResource",
            "ram:UntagResource",
        ],
        delete: &["ram:DeleteResourceShare"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, principals, resources } = spec;
        Doc::new()
            .with("name", name.as_str())
            .with("external", false)
            .with("principals", Field::texts(principals, env))
            .with("resources", Field::texts(resources, env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, name, external, state: _, principals, resources } = live;
        let list = |set: &BTreeSet<String>| Field::from(set.iter().cloned().collect::<Vec<_>>());
        Doc::new()
            .with("name", name.as_str())
            .with("external", *external)
            .with("principals", list(principals))
            .with("resources", list(resources))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let may_have =
            async || Ok(ec2::any_of_ours(at).await? || ec2::transit::any_gateway_of_ours(at).await?);
        if wanted.is_empty() && !may_have().await? {
            return Ok(Vec::new());
        }
        let shares = shares(at).await?;
        let names: BTreeSet<_> = wanted.iter().map(|it| it.spec.name.as_str()).collect();
        let concerns = |share: &&SdkShare| {
            is_ours(at.organization, share) || share.name().is_some_and(|name| names.contains(name))
        };
        let shares: Vec<_> = shares.iter().filter(concerns).collect();
        if shares.is_empty() {
            return Ok(Vec::new());
        }
        let both = try_join(
            associations(at, AssociationType::Principal),
            associations(at, AssociationType::Resource),
        );
        let (principals, resources) = both.await?;
        Ok(shares.into_iter().filter_map(|share| found(share, &principals, &resources)).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name, principals, resources } = it.spec;
        let request = at.careful().ram().await?.create_resource_share().name(name);
        let request = request.allow_external_principals(false).set_tags(Some(sdk_tags(it.tags)));
        let request = request.set_principals(Some(now(principals, it.env)?));
        let request = request.set_resource_arns(Some(now(resources, it.env)?));
        aws::later(aws::call(at, "CreateResourceShare", request.send()).await, NOT_SEEN_YET).map(drop)
    }

    /// What is new comes before what is not wanted any more.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        let Spec { name, principals, resources } = it.spec;
        if touched("name") || touched("external") {
            let request = at.ram().await?.update_resource_share().resource_share_arn(&live.arn);
            let request = request.name(name).allow_external_principals(false);
            aws::call(at, "UpdateResourceShare", request.send()).await?;
        }
        let principals = Difference::of(&live.principals, now(principals, it.env)?);
        let resources = Difference::of(&live.resources, now(resources, it.env)?);
        associate(at, live, principals.missing, resources.missing).await?;
        disassociate(at, live, principals.extra, resources.extra).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ram().await?.delete_resource_share().resource_share_arn(&live.arn);
        let gone = aws::call(at, "DeleteResourceShare", request.send()).await;
        aws::unless(gone, GONE).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.ram().await?;
        if !tags.set.is_empty() {
            let request = client.tag_resource().resource_share_arn(&live.arn);
            aws::call(at, "TagResource", request.set_tags(Some(sdk_tags(&tags.set))).send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_resource().resource_share_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagResource", request.send()).await?;
        }
        Ok(())
    }
}

/// What AWS answers about a share, or a part of one, that is gone.
const GONE: &[&str] = &["UnknownResourceException", "ResourceArnNotFoundException"];

/// What AWS answers about a resource, an organization or sharing within it that [it does not see yet][create].
///
/// [create]: https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html
const NOT_SEEN_YET: &[&str] = &["UnknownResourceException", "OperationNotPermittedException"];

/// The shares that the account of a place has made there.
async fn shares(at: &At<'_>) -> Result<Arc<Vec<SdkShare>>> {
    const OPERATION: &str = "GetResourceShares";
    at.once("ram", OPERATION, "", || async {
        let pages = at.ram().await?.get_resource_shares().resource_owner(ResourceOwner::SelfValue);
        let pages = aws::call(at, OPERATION, pages.into_paginator().send().try_collect()).await?;
        let mut shares: Vec<_> =
            pages.into_iter().flat_map(|page| page.resource_shares.unwrap_or_default()).collect();
        // Those that were deleted stay listed for a while.
        shares.retain(|share| !matches!(share.status(), Some(Status::Deleted | Status::Deleting)));
        Ok(shares)
    })
    .await
}

/// What is in the shares of a place, by share: who, or what.
type Associations = BTreeMap<String, Vec<ResourceShareAssociation>>;

async fn associations(at: &At<'_>, kind: AssociationType) -> Result<Arc<Associations>> {
    const OPERATION: &str = "GetResourceShareAssociations";
    let input = kind.as_str().to_owned();
    at.once("ram", OPERATION, &input, || async {
        let pages = at.ram().await?.get_resource_share_associations().association_type(kind);
        let pages = aws::call(at, OPERATION, pages.into_paginator().send().try_collect()).await?;
        let mut associations = Associations::new();
        for one in pages.into_iter().flat_map(|page| page.resource_share_associations.unwrap_or_default()) {
            if let Some(share) = &one.resource_share_arn {
                associations.entry(share.clone()).or_default().push(one);
            }
        }
        Ok(associations)
    })
    .await
}

fn found(share: &SdkShare, principals: &Associations, resources: &Associations) -> Option<Found<Live>> {
    let (arn, name) = (share.resource_share_arn()?, share.name()?);
    let members = |of: &Associations| Members::of(of.get(arn).map(Vec::as_slice).unwrap_or_default());
    let (principals, resources) = (members(principals), members(resources));
    let state = match share.status() {
        Some(Status::Failed) => {
            State::Failed(share.status_message().unwrap_or("AWS gave up on it").to_owned())
        }
        Some(Status::Pending) => State::Pending("for AWS to make it".to_owned()),
        _ if principals.moves || resources.moves => {
            State::Changing("for what is in it to come and go".to_owned())
        }
        _ => State::Ready,
    };
    let live = Live {
        arn: arn.to_owned(),
        name: name.to_owned(),
        external: share.allow_external_principals().unwrap_or(true),
        state,
        principals: principals.names,
        resources: resources.names,
    };
    let (key, label, owner) = (name.to_owned(), name.to_owned(), Owner::Tags(tags(share)));
    Some(Found { key, label, owner, live })
}

/// Who, or what, is in a share. An association that failed counts for nothing: it is made again.
struct Members {
    names: BTreeSet<String>,
    /// Whether some come or go.
    moves: bool,
}

impl Members {
    fn of(associations: &[ResourceShareAssociation]) -> Self {
        let mut members = Self { names: BTreeSet::new(), moves: false };
        for one in associations {
            let name = one.associated_entity().unwrap_or_default().to_owned();
            match one.status() {
                Some(AssociationStatus::Associated) => drop(members.names.insert(name)),
                Some(AssociationStatus::Associating | AssociationStatus::Restoring) => {
                    members.names.insert(name);
                    members.moves = true;
                }
                Some(AssociationStatus::Disassociating | AssociationStatus::Suspending) => {
                    members.moves = true;
                }
                _ => {}
            }
        }
        members
    }
}

fn tags(share: &SdkShare) -> Tags {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    share.tags().iter().filter_map(pair).collect()
}

fn is_ours(organization: &str, share: &SdkShare) -> bool {
    tags(share).get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization)
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Texts that are known by now, each once.
fn now(texts: &[Text], env: Env<'_>) -> Result<Vec<String>> {
    let texts: BTreeSet<_> = texts.iter().map(|text| text.resolve(&env).now()).collect::<Result<_>>()?;
    Ok(texts.into_iter().collect())
}

/// How one set differs from what it is to be.
struct Difference {
    missing: Vec<String>,
    extra: Vec<String>,
}

impl Difference {
    fn of(live: &BTreeSet<String>, wanted: Vec<String>) -> Self {
        let extra = live.iter().filter(|one| !wanted.contains(one)).cloned().collect();
        Self { extra, missing: wanted.into_iter().filter(|one| !live.contains(one)).collect() }
    }
}

async fn associate(at: &At<'_>, live: &Live, principals: Vec<String>, resources: Vec<String>) -> Result<()> {
    if principals.is_empty() && resources.is_empty() {
        return Ok(());
    }
    let request = at.ram().await?.associate_resource_share().resource_share_arn(&live.arn);
    let request = request.set_principals(Some(principals).filter(|list| !list.is_empty()));
    let request = request.set_resource_arns(Some(resources).filter(|list| !list.is_empty()));
    aws::later(aws::call(at, "AssociateResourceShare", request.send()).await, NOT_SEEN_YET).map(drop)
}

async fn disassociate(
    at: &At<'_>,
    live: &Live,
    principals: Vec<String>,
    resources: Vec<String>,
) -> Result<()> {
    if principals.is_empty() && resources.is_empty() {
        return Ok(());
    }
    let request = at.ram().await?.disassociate_resource_share().resource_share_arn(&live.arn);
    let request = request.set_principals(Some(principals).filter(|list| !list.is_empty()));
    let request = request.set_resource_arns(Some(resources).filter(|list| !list.is_empty()));
    let gone = aws::call(at, "DisassociateResourceShare", request.send()).await;
    aws::unless(gone, GONE).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;

    const ARN: &str = "arn:aws:ram:ap-southeast-2:111122223333:resource-share/one";
    const GATEWAY: &str = "arn:aws:ec2:ap-southeast-2:111122223333:transit-gateway/tgw-1";
    const ORGANIZATION: &str = "arn:aws:organizations::111122223333:organization/o-1";

    fn association(name: &str, status: AssociationStatus) -> Associations {
        let one = ResourceShareAssociation::builder().resource_share_arn(ARN).associated_entity(name);
        [(ARN.to_owned(), vec![one.status(status).build()])].into()
    }

    fn live(external: bool, status: AssociationStatus) -> Live {
        let share = SdkShare::builder().resource_share_arn(ARN).name("acme-transit");
        let share = share.allow_external_principals(external).status(Status::Active).build();
        let principals = association(ORGANIZATION, AssociationStatus::Associated);
        found(&share, &principals, &association(GATEWAY, status)).expect("a share").live
    }

    fn differences(live: &Live) -> Vec<String> {
        let spec = Spec {
            name: "acme-transit".to_owned(),
            principals: vec![ORGANIZATION.into()],
            resources: vec![GATEWAY.into()],
        };
        let wanted = ResourceShare::desired(&spec, &Env::nothing_known());
        diff(&ResourceShare::observed(live), &wanted).into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn what_comes_counts_and_is_waited_for() {
        let live = live(false, AssociationStatus::Associating);
        assert_eq!(differences(&live), Vec::<String>::new());
        assert!(matches!(ResourceShare::state(&live), State::Changing(_)));
    }

    #[test]
    fn what_failed_or_is_gone_is_to_be_shared_again() {
        for status in [AssociationStatus::Failed, AssociationStatus::Disassociated] {
            let live = live(true, status);
            assert_eq!(differences(&live), ["external", "resources"]);
            assert_eq!(ResourceShare::state(&live), State::Ready);
        }
    }

    #[test]
    fn a_difference_has_two_sides() {
        let live = ["a", "b"].map(str::to_owned).into();
        let Difference { missing, extra } = Difference::of(&live, vec!["b".to_owned(), "c".to_owned()]);
        assert_eq!((missing, extra), (vec!["c".to_owned()], vec!["a".to_owned()]));
    }
}
