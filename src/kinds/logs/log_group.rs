//! `logs/log-group`: a log group, how long it keeps what, and under which key.

use aws_sdk_cloudwatchlogs::types::LogGroupClass;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
};

use super::{groups::groups, tags};

/// A [log group][group].
///
/// [group]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
pub struct LogGroup;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. One that is not wanted any more is found if its name begins with `/<organization>/`.
    pub name: String,
    /// How many days it keeps what is written into it, one of [`RETENTION`]; without, for ever.
    pub retention: Option<i32>,
    /// The ARN of the key that encrypts it; without, CloudWatch Logs' own does.
    pub key: Option<Text>,
    /// What can be done with it.
    pub class: Class,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: bool,
}

/// The days that AWS lets a log group [keep][retention] what is written into it.
///
/// [retention]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
pub const RETENTION: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// The [class][class] of a log group, which never changes.
///
/// [class]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Everything.
    Standard,
    /// Half the price; no metric filters, no subscription filters.
    InfrequentAccess,
}

impl Class {
    fn sdk(self) -> LogGroupClass {
        match self {
            Self::Standard => LogGroupClass::Standard,
            Self::InfrequentAccess => LogGroupClass::InfrequentAccess,
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    arn: String,
    retention: Option<i32>,
    key: Option<String>,
    class: LogGroupClass,
    deletion_protection: bool,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its name.
    pub name: String,
    /// Its ARN, without `:*` behind it.
    pub arn: String,
}

impl Kind for LogGroup {
    const NAME: &'static str = "logs/log-group";
    const ABOUT: &'static str = "A log group: its retention, key, class and deletion protection.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Listed;
    const IMMUTABLE: &'static [&'static str] = &["name", "class"];
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeLogGroups", "logs:ListTagsForResource"],
        create: &[
            "logs:CreateLogGroup",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
        ],
        update: &[
            "logs:AssociateKmsKey",
            "logs:DeleteRetentionPolicy",
            "logs:DisassociateKmsKey",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
        delete: &["logs:DeleteLogGroup", "logs:PutLogGroupDeletionProtection"],
    };
    const CALLS: Calls = Calls { create: 1, each: &["retention"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, retention, key, class, deletion_protection } = spec;
        Doc::new()
            .with("name", name.as_str())
            .with_some("retention", *retention)
            .with_some("key", key.as_ref().map(|key| Field::text(key, env)))
            .with("class", class.sdk().as_str())
            .with("deletion_protection", *deletion_protection)
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, arn: _, retention, key, class, deletion_protection } = live;
        Doc::new()
            .with("name", name.as_str())
            .with_some("retention", *retention)
            .with_some("key", key.as_deref())
            .with("class", class.as_str())
            .with("deletion_protection", *deletion_protection)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { name: live.name.clone(), arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names = wanted.iter().map(|it| it.spec.name.as_str()).collect();
        let groups = groups(at, &names).await?;
        let found = groups.into_iter().map(|group| {
            let listed = &group.listed;
            let live = Live {
                name: group.name.clone(),
                arn: group.arn,
                retention: listed.retention_in_days(),
                key: listed.kms_key_id().map(str::to_owned),
                class: listed.log_group_class().cloned().unwrap_or(LogGroupClass::Standard),
                deletion_protection: listed.deletion_protection_enabled().unwrap_or_default(),
            };
            let owner = Owner::Tags(group.tags.as_ref().clone());
            Found { key: group.name.clone(), label: group.name, owner, live }
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name, retention, key, class, deletion_protection } = it.spec;
        let key = key.as_ref().map(|key| key.resolve(&it.env).now()).transpose()?;
        let client = at.careful().cloudwatchlogs().await?;
        let request = client.create_log_group().log_group_name(name).set_kms_key_id(key);
        // Not every Region knows them: only what is not AWS's default is said.
        let request = request.set_log_group_class((*class != Class::Standard).then(|| class.sdk()));
        let request = request.set_deletion_protection_enabled(deletion_protection.then_some(true));
        let request = request.set_tags(Some(it.tags.clone().into_iter().collect()));
        let made = aws::call(at, "CreateLogGroup", request.send()).await;
        aws::untaken(made, &["ResourceAlreadyExistsException"])?;
        match retention {
            Some(_) => retain(at, name, *retention).await,
            None => Ok(()),
        }
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        if touched("deletion_protection") {
            protect(at, &live.name, it.spec.deletion_protection).await?;
        }
        if touched("key") {
            let key = it.spec.key.as_ref().map(|key| key.resolve(&it.env).now()).transpose()?;
            encrypt(at, &live.name, key).await?;
        }
        if touched("retention") {
            retain(at, &live.name, it.spec.retention).await?;
        }
        Ok(())
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        if live.deletion_protection {
            protect(at, &live.name, false).await?;
        }
        let delete = at.cloudwatchlogs().await?.delete_log_group().log_group_name(&live.name);
        let gone = aws::call(at, "DeleteLogGroup", delete.send()).await;
        aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        tags::retag(at, &live.arn, tags).await
    }
}

async fn protect(at: &At<'_>, name: &str, enabled: bool) -> Result<()> {
    let request = at.cloudwatchlogs().await?.put_log_group_deletion_protection().log_group_identifier(name);
    let request = request.deletion_protection_enabled(enabled);
    aws::call(at, "PutLogGroupDeletionProtection", request.send()).await.map(drop)
}

/// What was written before stays under the key it was written with.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
async fn encrypt(at: &At<'_>, name: &str, key: Option<String>) -> Result<()> {
    let client = at.cloudwatchlogs().await?;
    if let Some(key) = key {
        let request = client.associate_kms_key().log_group_name(name).kms_key_id(key);
        aws::call(at, "AssociateKmsKey", request.send()).await.map(drop)
    } else {
        let request = client.disassociate_kms_key().log_group_name(name);
        aws::call(at, "DisassociateKmsKey", request.send()).await.map(drop)
    }
}

async fn retain(at: &At<'_>, name: &str, days: Option<i32>) -> Result<()> {
    let client = at.cloudwatchlogs().await?;
    if let Some(days) = days {
        let request = client.put_retention_policy().log_group_name(name).retention_in_days(days);
        aws::call(at, "PutRetentionPolicy", request.send()).await.map(drop)
    } else {
        let request = client.delete_retention_policy().log_group_name(name);
        aws::call(at, "DeleteRetentionPolicy", request.send()).await.map(drop)
    }
}
