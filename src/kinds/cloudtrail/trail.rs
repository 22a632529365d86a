//! `cloudtrail/trail`: who did what, written into a bucket.

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::types::Tag;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Removal, Scope, TagChange, Tags, Timing, Wanted},
    },
};

mod edit;
mod live;
mod selector;

pub use live::Live;
pub use selector::{Condition, Insight, Operator, Selector};

/// A [trail][trail] with what it records, and whether it records.
///
/// A trail of the organization is made from the management account or by CloudTrail's delegated administrator, and
/// [belongs to the management account][owner] either way: its ARN holds that account's id. The call that makes it also
/// makes CloudTrail's service-linked role where it comes from the management account; from the delegated administrator
/// the role [has to be there already][role], which registering the administrator with CloudTrail sees to.
///
/// It is never stopped to be changed, and starts when everything else about it stands.
///
/// [trail]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
/// [owner]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
/// [role]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
pub struct Trail;

/// What is wanted.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of AWS's, independent of the others")]
pub struct Spec {
    /// What AWS calls it: 3 to 128 letters, digits, `.`, `-`, `_`.
    pub name: String,
    /// The name of the bucket that it is written into.
    pub bucket: Text,
    /// What stands before `AWSLogs/` in the bucket, without slashes at its ends.
    pub prefix: Option<String>,
    /// The ARN of the key that encrypts it; without, S3's own does.
    pub key: Option<Text>,
    /// Where else it goes.
    pub logs: Option<Logs>,
    /// The ARN of a topic that is told of every file.
    pub topic: Option<Text>,
    /// Whether it records all accounts of the organization.
    pub organization: bool,
    /// Whether it records all Regions.
    pub multi_region: bool,
    /// Whether it records what happens in no Region: IAM, STS, `CloudFront`.
    pub global_events: bool,
    /// Whether its files are signed.
    pub validation: bool,
    /// What it records; at least one, with unique names.
    pub selectors: Vec<Selector>,
    /// Of what unusual activity it tells.
    pub insights: BTreeSet<Insight>,
    /// Whether it records at all.
    pub logging: bool,
}

/// A trail's log group, which lies in the account that makes the trail.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The group's ARN, without `:*` behind it.
    pub group: Text,
    /// The ARN of the role by which CloudTrail writes into it.
    pub role: Text,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN; an organization's trail is the management account's.
    pub arn: String,
}

impl Kind for Trail {
    const NAME: &'static str = "cloudtrail/trail";
    const ABOUT: &'static str =
        "A trail of the organization: what it records, where to, and whether it does.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Listed;
    const ACTIONS: Actions = Actions {
        read: &[
            "cloudtrail:DescribeTrails",
            "cloudtrail:GetEventSelectors",
            "cloudtrail:GetInsightSelectors",
            "cloudtrail:GetTrailStatus",
            "cloudtrail:ListTags",
        ],
        create: &[
            "cloudtrail:AddTags",
            "cloudtrail:CreateTrail",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:PutInsightSelectors",
            "cloudtrail:StartLogging",
            "iam:CreateServiceLinkedRole",
            "iam:GetRole",
            "iam:PassRole",
            "organizations:DescribeOrganization",
            "organizations:ListAWSServiceAccessForOrganization",
        ],
        update: &[
            "cloudtrail:AddTags",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:PutInsightSelectors",
            "cloudtrail:RemoveTags",
            "cloudtrail:StartLogging",
            "cloudtrail:StopLogging",
            "cloudtrail:UpdateTrail",
            "iam:PassRole",
        ],
        delete: &["cloudtrail:DeleteTrail"],
    };
    const CALLS: Calls = Calls { create: 1, each: &["insights", "logging", "selectors"] };
    const TIMING: Timing = live::TIMING;

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec {
            name,
            bucket,
            prefix,
            key,
            logs,
            topic,
            organization,
            multi_region,
            global_events,
            validation,
            selectors,
            insights,
            logging,
        } = spec;
        let text = |text: &Option<Text>| text.as_ref().map(|text| Field::text(text, env));
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("bucket", Field::text(bucket, env))
            .with_some("prefix", prefix.as_deref())
            .with_some("key", text(key))
            .with_some("log_group", logs.as_ref().map(|logs| Field::text(&logs.group, env)))
            .with_some("log_role", logs.as_ref().map(|logs| Field::text(&logs.role, env)))
            .with_some("topic", text(topic))
            .with("organization", *organization)
            .with("multi_region", *multi_region)
            .with("global_events", *global_events)
            .with("validation", *validation)
            .with("logging", *logging);
        doc.extend(selectors.iter().flat_map(|selector| selector.fields(*env)));
        doc.extend(insights.iter().map(|insight| insight.field()));
        doc
    }

    fn observed(live: &Live) -> Doc {
        live.doc()
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        live::read(at, wanted).await
    }

    /// Those that record all Regions count in each, and so does the organization's.
    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(live::trails(at).await?.len()))
    }

    /// A name that is taken already was taken by this very call, sent before: what `read` shows decides.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let made = edit::creation(it)?.set_tags_list(Some(sdk_tags(it.tags)?));
        let made = aws::call(at, "CreateTrail", made.send_with(&at.careful().cloudtrail().await?)).await;
        let made = aws::untaken(made, &["TrailAlreadyExistsException"])?;
        let arn = made.trail_arn.unwrap_or_else(|| it.spec.name.clone());
        edit::apply(at, &arn, edit::completion(it)?).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        edit::apply(at, &live.arn, edit::between(it, changes)?).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let place = live.place(at);
        let at = &at.elsewhere(&place);
        let delete = at.cloudtrail().await?.delete_trail().name(&live.arn);
        let gone = aws::call(at, "DeleteTrail", delete.send()).await;
        aws::unless(gone, &["TrailNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.cloudtrail().await?;
        if !tags.set.is_empty() {
            let add = client.add_tags().resource_id(&live.arn).set_tags_list(Some(sdk_tags(&tags.set)?));
            aws::call(at, "AddTags", add.send()).await?;
        }
        if !tags.remove.is_empty() {
            let gone: Result<_> =
                tags.remove.iter().map(|key| aws::built(Tag::builder().key(key).build())).collect();
            let remove = client.remove_tags().resource_id(&live.arn).set_tags_list(Some(gone?));
            aws::call(at, "RemoveTags", remove.send()).await?;
        }
        Ok(())
    }
}

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| aws::built(Tag::builder().key(key).value(value).build());
    tags.iter().map(tag).collect()
}
