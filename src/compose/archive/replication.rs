//! The copying of the locked bucket: the role that S3 takes on, and the rule.

use super::Site;
use crate::{
    compose::{
        Composer, derived,
        service_role::{ServiceRole, trusting},
    },
    engine::graph::{NodeId, Ref},
    kinds::s3::{Bucket as BucketKind, Replication, replication},
    model::{Archive, Replica},
    policy::{Document, Statement},
};

/// From where to where.
pub(super) struct Between<'z> {
    /// Where the original lies.
    pub home: Site<'z>,
    /// The original.
    pub main: Ref<BucketKind>,
    /// Where the copy lies.
    pub site: Site<'z>,
}

/// Adds the role and the rule, after both buckets and their policies: S3 [tries the role][validation] when it is told
/// of a rule, and what comes before the rule is never copied.
///
/// [validation]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
pub(super) fn add(
    composer: &mut Composer<'_>,
    between: &Between<'_>,
    replica: &Replica,
    after: &[NodeId],
) -> NodeId {
    let Between { home, main, site } = between;
    let role = ServiceRole {
        purpose: derived::REPLICATION,
        description: "Copies the archive of logs into another Region",
        trust: trusting("S3", "s3.amazonaws.com"),
        permissions: Some(permissions(between)),
        policies: Vec::new(),
        account: home.account,
        origin: &replica.origin,
    };
    let role = role.add(composer, home.global);
    let Composer { graph, known, .. } = composer;
    let node = graph.add::<Replication>(home.at, Archive::MAIN, &replica.origin, |needs| {
        needs.states("rules", &replica.origin);
        for node in after {
            needs.after(*node);
        }
        let elsewhere = home.account.name != site.account.name;
        replication::Spec {
            bucket: needs.on(*main),
            role_arn: role.arn(known, needs),
            destination_bucket_arn: known.text(needs, &site.bucket(Archive::MAIN).arn()),
            destination_account: elsewhere.then(|| known.account_id(needs, &site.account.name)),
            destination_key_arn: known.key_arn(needs, site.key, Some(site.region)),
            delete_markers: true,
            time_control: true,
        }
    });
    node.id()
}

/// What AWS documents for [objects under KMS keys][kms] that are [locked][lock], and nothing else. What it needs of both
/// keys follows from the landing zone, for the role as for the keys.
///
/// [kms]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
/// [lock]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-replication
fn permissions(between: &Between<'_>) -> Document {
    let Between { home, main: _, site } = between;
    let (from, to) = (home.bucket(Archive::MAIN), site.bucket(Archive::MAIN));
    Document::new([
        Statement::allow("Original")
            .actions(["s3:GetReplicationConfiguration", "s3:ListBucket"])
            .resources([from.arn()]),
        Statement::allow("Originals")
            .actions([
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ])
            .resources([from.objects("")]),
        Statement::allow("Copies")
            .actions([
                "s3:ObjectOwnerOverrideToBucketOwner",
                "s3:ReplicateDelete",
                "s3:ReplicateObject",
                "s3:ReplicateTags",
            ])
            .resources([to.objects("")]),
    ])
}
