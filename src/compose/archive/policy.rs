//! What the policies of the archive's buckets say: who delivers, who reads, and that nobody shortens what is kept.

use super::Role;
use crate::{
    compose::derived,
    model::LandingZone,
    names::{AccountName, Region},
    policy::{Arn, Document, Statement},
};

/// A bucket of the archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket<'z> {
    /// The landing zone.
    pub zone: &'z LandingZone,
    /// The account it lies in.
    pub account: &'z AccountName,
    /// Its name in the landing zone.
    pub name: &'static str,
    /// The Region it lies in.
    pub region: Region,
}

/// Changes how long objects are kept, who sees them, or what is known of both:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>, read 2026-11.
pub(in crate::compose) const CHANGES_TO_BUCKETS: &[&str] = &[
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
];

/// Hides objects, ends their lives or hands them to others.
pub(in crate::compose) const CHANGES_TO_OBJECTS: &[&str] = &[
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectAcl",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectVersionAcl",
];

/// What services send with each object, so that the bucket's owner has it.
const OWNED: (&str, &str) = ("s3:x-amz-acl", "bucket-owner-full-control");

impl Bucket<'_> {
    /// What AWS calls it.
    pub(super) fn aws_name(self) -> String {
        derived::bucket_name(self.zone, self.account, self.name, self.region)
    }

    /// Its ARN.
    pub(super) fn arn(self) -> String {
        derived::bucket_arn(self.zone, self.account, self.name, self.region)
    }

    /// The pattern of ARNs of its objects whose keys begin so.
    pub(super) fn objects(self, prefix: &str) -> String {
        format!("{}/{prefix}*", self.arn())
    }

    /// The locked bucket: trail, flow, DNS and forwarded logs.
    pub(super) fn main(self, keys: &[String], readers: &[Role]) -> Document {
        let writers = [derived::role_arn(self.zone, self.account, derived::LOG_DELIVERY)];
        let mut statements = self.trail();
        statements.extend(self.vended_logs());
        statements.extend(self.readers(readers));
        statements.extend(self.these_keys(keys));
        statements.push(self.delivered_only(&writers));
        statements.extend(self.kept());
        Document::new(statements)
    }

    /// The bucket of AWS Config.
    pub(super) fn config(self, keys: &[String], readers: &[Role]) -> Document {
        let mut statements = self.configurations();
        statements.extend(self.readers(readers));
        statements.extend(self.these_keys(keys));
        statements.push(self.delivered_only(&[]));
        statements.extend(self.kept());
        Document::new(statements)
    }

    /// The bucket of what S3 logs of access to `sources`.
    pub(super) fn access(self, sources: &[Bucket<'_>]) -> Document {
        let mut statements = vec![self.access_logs(sources), self.delivered_only(&[])];
        statements.extend(self.kept());
        Document::new(statements)
    }

    /// The copy of the locked bucket, which `source` fills.
    pub(super) fn copy(self, source: Bucket<'_>, readers: &[Role]) -> Document {
        let mut statements = Vec::new();
        if source.account != self.account {
            statements.extend(self.replicated(source));
        }
        statements.extend(self.readers(readers));
        statements.push(self.delivered_only(&[]));
        statements.extend(self.kept());
        Document::new(statements)
    }

    /// What CloudTrail [needs of an organization's bucket][trail]. Until the organization is known to CloudTrail, and
    /// for the management account's own events, it writes under that account's id.
    ///
    /// [trail]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    fn trail(self) -> Vec<Statement> {
        if self.zone.trail.is_none() {
            return Vec::new();
        }
        let of_trail = |statement: Statement| {
            let statement = statement.principal_service("cloudtrail.amazonaws.com");
            statement.condition("StringEquals", "aws:SourceArn", [derived::trail_arn(self.zone)])
        };
        let management = derived::id_of(&AccountName::management());
        let prefixes = [management, derived::organization_id()].map(|id| format!("AWSLogs/{id}/"));
        let write = Statement::allow("TrailWrites")
            .actions(["s3:PutObject"])
            .resources(prefixes.map(|prefix| self.objects(&prefix)))
            .condition("StringEquals", OWNED.0, [OWNED.1]);
        let check = Statement::allow("TrailChecks").actions(["s3:GetBucketAcl"]).resources([self.arn()]);
        [check, write].map(of_trail).into()
    }

    /// What AWS Config [needs][config], for every account of the organization. Its service-linked role writes as the
    /// service.
    ///
    /// [config]: https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
    fn configurations(self) -> Vec<Statement> {
        let delivering =
            |statement: Statement| of_organization(statement.principal_service("config.amazonaws.com"));
        let check = Statement::allow("ConfigChecks")
            .actions(["s3:GetBucketAcl", "s3:ListBucket"])
            .resources([self.arn()]);
        let write = Statement::allow("ConfigWrites")
            .actions(["s3:PutObject"])
            .resources([self.objects("AWSLogs/*/Config/")])
            .condition("StringEquals", OWNED.0, [OWNED.1]);
        [check, write].map(delivering).into()
    }

    /// What [VPC flow logs][flow] and [Resolver query logs][dns] need, for every account of the organization.
    ///
    /// [flow]: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    /// [dns]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    fn vended_logs(self) -> Vec<Statement> {
        let delivering = |statement: Statement| {
            let sources = format!("arn:{}:logs:*:*:*", self.partition());
            let statement = statement.principal_service("delivery.logs.amazonaws.com");
            of_organization(statement).condition("ArnLike", "aws:SourceArn", [sources])
        };
        let check = Statement::allow("LogDeliveryChecks")
            .actions(["s3:GetBucketAcl", "s3:ListBucket"])
            .resources([self.arn()]);
        let write = Statement::allow("LogDeliveryWrites")
            .actions(["s3:PutObject"])
            .resources([self.objects("AWSLogs/")])
            .condition("StringEquals", OWNED.0, [OWNED.1]);
        [check, write].map(delivering).into()
    }

    /// What S3 needs to [log access][access] to buckets of the same account and Region, each under its name.
    ///
    /// [access]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    fn access_logs(self, sources: &[Bucket<'_>]) -> Statement {
        Statement::allow("AccessLogs")
            .principal_service("logging.s3.amazonaws.com")
            .actions(["s3:PutObject"])
            .resources(sources.iter().map(|source| self.objects(&source.access_prefix())))
            .condition("ArnLike", "aws:SourceArn", sources.iter().map(|source| source.arn()))
            .condition("StringEquals", "aws:SourceAccount", [derived::id_of(self.account)])
    }

    /// What the keys of a bucket's own access logs begin with.
    pub(super) fn access_prefix(self) -> String {
        format!("{}/", self.name)
    }

    /// What the owner of a copy has to [grant][owner] the replication role of another account. The role is named by a
    /// condition, so that it need not be there yet.
    ///
    /// [owner]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
    fn replicated(self, source: Bucket<'_>) -> Vec<Statement> {
        let role = derived::role_arn(self.zone, source.account, derived::REPLICATION);
        let by_role = |statement: Statement| {
            let statement = statement.principal_account(derived::id_of(source.account));
            statement.condition("ArnEquals", "aws:PrincipalArn", [role.as_str()])
        };
        let objects = Statement::allow("Copies")
            .actions([
                "s3:ObjectOwnerOverrideToBucketOwner",
                "s3:ReplicateDelete",
                "s3:ReplicateObject",
                "s3:ReplicateTags",
            ])
            .resources([self.objects("")]);
        let bucket = Statement::allow("CopyChecks")
            .actions(["s3:GetBucketVersioning", "s3:ListBucket"])
            .resources([self.arn()]);
        [bucket, objects].map(by_role).into()
    }

    /// Lets those read the bucket who may decrypt what is in it.
    fn readers(self, readers: &[Role]) -> Vec<Statement> {
        if readers.is_empty() {
            return Vec::new();
        }
        let of_readers = |statement: Statement| {
            let accounts = readers.iter().map(|reader| derived::id_of(&reader.account));
            let arns = readers.iter().map(|reader| reader.arn.as_str());
            let statement = accounts.fold(statement, Statement::principal_account);
            statement.condition("ArnEquals", "aws:PrincipalArn", arns)
        };
        let bucket = Statement::allow("ReadersList")
            .actions(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"])
            .resources([self.arn()]);
        let objects = Statement::allow("ReadersRead")
            .actions(["s3:GetObject", "s3:GetObjectVersion"])
            .resources([self.objects("")]);
        [bucket, objects].map(of_readers).into()
    }

    /// Denies what asks for other keys than these. Who asks for none gets the bucket's default, so that [each of these
    /// is about what is asked for][keys] only; keys of [customers' own][customer] would leave objects that nobody reads.
    ///
    /// [keys]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
    /// [customer]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
    fn these_keys(self, keys: &[String]) -> Vec<Statement> {
        let asked = |sid: &str, key: &str| {
            let statement = Statement::deny(sid).principal_everyone().actions(["s3:PutObject"]);
            statement.resources([self.objects("")]).condition("Null", key, ["false"])
        };
        let (algorithm, key) =
            ("s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id");
        vec![
            asked("OtherKeys", key).condition("ArnNotEquals", key, keys.iter().map(String::as_str)),
            asked("OtherEncryption", algorithm).condition("StringNotEquals", algorithm, ["aws:kms"]),
            asked("CustomerKeys", "s3:x-amz-server-side-encryption-customer-algorithm"),
        ]
    }

    /// Denies writing to all but services, landfall and `writers`: who overwrites a log, or makes one up, spoils what
    /// is kept although nothing is deleted.
    fn delivered_only(self, writers: &[String]) -> Statement {
        let exempt = self.exempt();
        let lets = exempt.iter().chain(writers).map(String::as_str);
        Statement::deny("DeliveredOnly")
            .principal_everyone()
            .actions(["s3:PutObject"])
            .resources([self.objects("")])
            .condition("ArnNotEquals", "aws:PrincipalArn", lets)
            .condition("BoolIfExists", "aws:PrincipalIsAWSService", ["false"])
    }

    /// Denies everybody but landfall and the roles for emergencies to shorten what is kept, and everybody to speak
    /// without TLS; [which version][tls] is for S3 to say, which takes none before 1.2.
    ///
    /// [tls]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/network-isolation.html
    fn kept(self) -> Vec<Statement> {
        let exempt = self.exempt();
        let kept = |sid: &str, actions: &[&str], resource: String| {
            Statement::deny(sid)
                .principal_everyone()
                .actions(actions.iter().copied())
                .resources([resource])
                .condition("ArnNotEquals", "aws:PrincipalArn", exempt.iter().map(String::as_str))
        };
        let everything = |sid: &str| {
            let statement = Statement::deny(sid).principal_everyone().actions(["s3:*"]);
            statement.resources([self.arn(), self.objects("")])
        };
        vec![
            kept("KeepSettings", CHANGES_TO_BUCKETS, self.arn()),
            kept("KeepObjects", CHANGES_TO_OBJECTS, self.objects("")),
            everything("TlsOnly").condition("Bool", "aws:SecureTransport", ["false"]),
        ]
    }

    /// Who may change the bucket: the role by which its account is reached, and its roles for emergencies.
    fn exempt(self) -> Vec<String> {
        let id = derived::id_of(self.account);
        let arn = |path: &str, name: &str| Arn::role(self.partition(), &id, path, name).to_string();
        let roles =
            self.zone.accounts.get(self.account).into_iter().flat_map(|account| account.roles.values());
        let emergency =
            roles.filter(|role| role.break_glass.value).map(|role| arn(&role.path, &role.aws_name));
        std::iter::once(arn("/", &self.zone.access.role)).chain(emergency).collect()
    }

    fn partition(self) -> &'static str {
        self.zone.organization.home_region.partition().as_str()
    }
}

/// Only for what services do for accounts of the organization.
fn of_organization(statement: Statement) -> Statement {
    statement.condition("StringEquals", "aws:SourceOrgID", [derived::organization_id()])
}
