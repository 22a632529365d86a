//! `s3/bucket-policy`: who may do what with a bucket.

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{AT_ONCE, Bucket, GONE, inventory::owner};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    kinds::template::{self, Language, Template},
};

/// The [policy][policy] of a bucket, compared statement by statement. It goes with its bucket, and never before it: what
/// it denies would be open. So none is looked for but those of buckets that are wanted.
///
/// [policy]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
pub struct BucketPolicy;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The bucket.
    pub bucket: Need<Bucket>,
    /// What it allows and denies; 20,480 bytes at most.
    pub policy: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    text: String,
}

impl Kind for BucketPolicy {
    const NAME: &'static str = "s3/bucket-policy";
    const ABOUT: &'static str = "The policy of a bucket, compared statement by statement.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("a bucket's policy goes with its bucket");
    const PART_OF: Option<&'static str> = Some(Bucket::NAME);
    const READ_AFTER: &'static [&'static str] = &["s3/bucket"];
    const ACTIONS: Actions = Actions {
        read: &["s3:GetBucketPolicy"],
        create: &["s3:PutBucketPolicy"],
        update: &["s3:PutBucketPolicy"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.bucket).map(|bucket| bucket.name)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { bucket: _, policy } = spec;
        policy.fields("policy", env).into_iter().collect()
    }

    fn observed(live: &Live) -> Doc {
        let Live { text } = live;
        template::fields(Language::Iam, "policy", text).into_iter().collect()
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let buckets: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let found = stream::iter(buckets).map(|bucket| policy(at, bucket));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        put(at, it).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        put(at, it).await
    }
}

async fn policy(at: &At<'_>, bucket: String) -> Result<Option<Found<Live>>> {
    let request = at.s3().await?.get_bucket_policy().bucket(&bucket).expected_bucket_owner(owner(at)?);
    let answer = aws::call(at, "GetBucketPolicy", request.send()).await;
    let answer = aws::unless(answer, &["NoSuchBucketPolicy", GONE])?;
    Ok(answer.and_then(|answer| answer.policy).map(|text| Found {
        key: bucket.clone(),
        label: bucket,
        owner: Owner::Ends { ours: true },
        live: Live { text },
    }))
}

/// Replaces the whole policy. A role or user in it that was made a moment ago is an [invalid principal][principal] to
/// S3; whoever called tries again.
///
/// [principal]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
async fn put(at: &At<'_>, it: &Wanted<'_, BucketPolicy>) -> Result<()> {
    let bucket = it.env.get(&it.spec.bucket).now()?.name;
    let request = at.s3().await?.put_bucket_policy().bucket(bucket).expected_bucket_owner(owner(at)?);
    let request = request.policy(it.spec.policy.resolve(&it.env).now()?);
    aws::call(at, "PutBucketPolicy", request.send()).await.map(drop)
}
