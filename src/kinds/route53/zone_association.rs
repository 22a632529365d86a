//! `route53/zone-association`: a VPC whose questions a private zone answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_route53::types::{Vpc, VpcRegion};
use futures::future::try_join_all;

use super::zones::{GONE, vpcs_of};
use super::{HostedZone, hosted_zone};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Text, Value},
        error::Result,
        graph::Place,
        kind::{Actions, Found, Identity, Kind, ORGANIZATION_TAG, Owner, Removal, Scope, Timing, Wanted},
    },
    kinds::ec2,
    names::Region,
};

/// The [association][associate] of a VPC with a private zone. Where the VPC lies in another account, the zone's account
/// [authorizes][authorize] it, the VPC's associates, and the authorization is removed again: one that stays lets that
/// account come back after its VPC was taken out.
///
/// Who asks a zone of ours is ours to say: a VPC of another account, which got in by an authorization of ours, is taken
/// out when nobody wants it there, and one of the zone's own account if it is ours too.
///
/// [associate]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
/// [authorize]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
pub struct ZoneAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The zone.
    pub zone: Need<HostedZone>,
    /// The VPC's id.
    pub vpc: Text,
    /// Where the VPC lies.
    pub vpc_place: Place,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    zone: String,
    vpc: String,
    region: String,
    associated: bool,
    /// Whether an account may associate it, again or still.
    authorized: bool,
}

impl Kind for ZoneAssociation {
    const NAME: &'static str = "route53/zone-association";
    const ABOUT: &'static str = "That a VPC, of whichever account, asks a private zone.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Related;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &["route53/hosted-zone", "ec2/vpc"];
    const ACTIONS: Actions = Actions {
        read: &["route53:GetHostedZone", "route53:ListVPCAssociationAuthorizations", "ec2:DescribeVpcs"],
        create: &[
            "route53:AssociateVPCWithHostedZone",
            "route53:CreateVPCAssociationAuthorization",
            "route53:DeleteVPCAssociationAuthorization",
            "ec2:DescribeVpcs",
        ],
        update: &["route53:DeleteVPCAssociationAuthorization"],
        delete: &[
            "route53:DisassociateVPCFromHostedZone",
            "route53:DeleteVPCAssociationAuthorization",
            "ec2:DescribeVpcs",
        ],
    };
    const TIMING: Timing = Timing { typical: Duration::from_secs(10), ..hosted_zone::HostedZone::TIMING };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let vpc = it.spec.vpc.resolve(&it.env);
        it.env.get(&it.spec.zone).and_then(|zone| vpc.map(|vpc| key(&zone.id, &vpc)))
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new().with("associated", true)
    }

    fn observed(live: &Live) -> Doc {
        let Live { zone: _, vpc: _, region: _, associated, authorized } = live;
        Doc::new()
            .with_some("associated", associated.then_some(true))
            .with_some("authorized", authorized.then_some(true))
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        // The associations of a zone that left the landing zone go with it: AWS keeps the last one as long as the zone.
        let asked = wanted.iter().filter_map(|it| Some(it.env.get(&it.spec.zone).known()?.id));
        let asked: BTreeSet<_> = asked.collect();
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let found = asked.iter().map(|id| associations(at, id, &keys));
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// AWS keeps the last one as long as the zone.
    fn goes_along(_: &Live) -> bool {
        true
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let Value::Known(zone) = it.env.get(&it.spec.zone) else { return Ok(Some(0)) };
        Ok(Some(vpcs_of(at, &zone.id).await?.len()))
    }

    /// A VPC that is there already is left where it is: that of the zone's making, or one that a run before this one
    /// was about to finish.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { zone, vpc: _, vpc_place } = it.spec;
        let zone = it.env.get(zone).now()?.id;
        let vpc = sdk(&it.spec.vpc.resolve(&it.env).now()?, vpc_place.region);
        let is_foreign = vpc_place.account != at.place.account;
        if is_foreign {
            let request = at.route53().await?.create_vpc_association_authorization();
            let request = request.hosted_zone_id(&zone).vpc(vpc.clone());
            aws::call(at, "CreateVPCAssociationAuthorization", request.send()).await?;
        }
        let there = at.elsewhere(vpc_place);
        let request = there.route53().await?.associate_vpc_with_hosted_zone();
        let request = request.hosted_zone_id(&zone).vpc(vpc.clone());
        let made = aws::call(&there, "AssociateVPCWithHostedZone", request.send()).await;
        if let Err(error) = made
            && !is_associated(at, &zone, &vpc).await?
        {
            return Err(error);
        }
        if is_foreign { deauthorize(at, &zone, vpc).await } else { Ok(()) }
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        if changes.iter().any(|change| change.path == "associated") {
            return Self::create(at, it).await;
        }
        deauthorize(at, &live.zone, live.sdk()).await
    }

    /// Asked for by the zone's account, which [may][disassociate] take out VPCs of others too. The last one can't be
    /// taken out; it goes with the zone.
    ///
    /// [disassociate]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        if live.authorized {
            deauthorize(at, &live.zone, live.sdk()).await?;
        }
        if !live.associated {
            return Ok(());
        }
        let request = at.route53().await?.disassociate_vpc_from_hosted_zone();
        let request = request.hosted_zone_id(&live.zone).vpc(live.sdk());
        let gone = aws::call(at, "DisassociateVPCFromHostedZone", request.send()).await;
        aws::unless(gone, &["VPCAssociationNotFound", "NoSuchHostedZone"]).map(drop)
    }
}

impl Live {
    fn sdk(&self) -> Vpc {
        Vpc::builder().vpc_id(&self.vpc).vpc_region(VpcRegion::from(self.region.as_str())).build()
    }
}

fn key(zone: &str, vpc: &str) -> String {
    format!("{zone} {vpc}")
}

fn sdk(vpc: &str, region: Option<Region>) -> Vpc {
    let region = region.map(|region| VpcRegion::from(region.as_str()));
    Vpc::builder().vpc_id(vpc).set_vpc_region(region).build()
}

/// Whether a VPC asks a zone by now.
async fn is_associated(at: &At<'_>, zone: &str, vpc: &Vpc) -> Result<bool> {
    let answer = at.route53().await?.get_hosted_zone().id(zone).send();
    let answer = aws::call(at, "GetHostedZone", answer).await?;
    Ok(answer.vpcs().iter().any(|one| one.vpc_id() == vpc.vpc_id()))
}

async fn deauthorize(at: &At<'_>, zone: &str, vpc: Vpc) -> Result<()> {
    let request = at.route53().await?.delete_vpc_association_authorization();
    let gone = request.hosted_zone_id(zone).vpc(vpc).send();
    let gone = aws::call(at, "DeleteVPCAssociationAuthorization", gone).await;
    aws::unless(gone, &["VPCAssociationAuthorizationNotFound", "NoSuchHostedZone"]).map(drop)
}

async fn authorized(at: &At<'_>, zone: &str) -> Result<Vec<Vpc>> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = at.route53().await?.list_vpc_association_authorizations().hosted_zone_id(zone);
        let answer = request.set_next_token(token).send();
        let answer = aws::call(at, "ListVPCAssociationAuthorizations", answer).await;
        let Some(answer) = aws::unless(answer, GONE)? else { return Ok(found) };
        found.extend(answer.vpcs);
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// Who asks a zone, and who may come to. A wanted VPC that may, and does not yet, is not there: it is still to be
/// associated.
async fn associations(at: &At<'_>, id: &str, wanted: &[String]) -> Result<Vec<Found<Live>>> {
    let (associated, authorized) = (vpcs_of(at, id).await?, authorized(at, id).await?);
    let mut lives: BTreeMap<String, Live> = BTreeMap::new();
    let all = associated.iter().map(|vpc| (vpc, true)).chain(authorized.iter().map(|vpc| (vpc, false)));
    for (vpc, is_associated) in all {
        let Some(vpc_id) = vpc.vpc_id() else { continue };
        let region = vpc.vpc_region().map(|region| region.as_str().to_owned()).unwrap_or_default();
        let live = lives.entry(key(id, vpc_id)).or_insert_with(|| Live {
            zone: id.to_owned(),
            vpc: vpc_id.to_owned(),
            region,
            associated: false,
            authorized: false,
        });
        live.associated |= is_associated;
        live.authorized |= !is_associated;
    }
    let mut found = Vec::new();
    for (key, live) in lives {
        let is_wanted = wanted.contains(&key);
        if is_wanted && !live.associated {
            continue;
        }
        let ours = is_wanted || is_ours(at, &live).await?;
        let label = format!("{id}/{}", live.vpc);
        found.push(Found { key, label, owner: Owner::Ends { ours }, live });
    }
    Ok(found)
}

/// Whether a VPC that nobody wants to ask a zone of ours is ours to take out: not if it is one that somebody else made
/// in the zone's own account.
async fn is_ours(at: &At<'_>, live: &Live) -> Result<bool> {
    let Ok(region) = live.region.parse::<Region>() else { return Ok(false) };
    let place = Place { account: at.place.account.clone(), region: Some(region) };
    let vpcs = ec2::vpcs(&at.elsewhere(&place)).await?;
    let here = vpcs.iter().find(|vpc| vpc.vpc_id() == Some(live.vpc.as_str()));
    let tags = here.map(|vpc| ec2::tags(vpc.tags()));
    Ok(tags.is_none_or(|tags| tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization)))
}
