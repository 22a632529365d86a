//! Where the lease lies: one object in a bucket of the management account, in the home Region.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{Client, operation::put_object::builders::PutObjectFluentBuilder, primitives::ByteStream};

use super::{folder::ENDING, held::unanswered, lease::Lease, run::RunId, timing::Timing};
use crate::{
    aws::{self, Aws as _, Cloud},
    engine::{
        at::At,
        error::{Class, Error, Result},
        event::Events,
        graph::Place,
        world::World,
    },
    names::{AccountId, AccountName, runs_bucket},
};

/// The lease's name in the bucket.
const LEASE: &str = "lease.json";

/// What S3 answers where a condition does not hold: something else is there, somebody else writes at the same time, or
/// nothing is there any more.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
const CHANGED: [&str; 3] = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];

/// What S3 answers where there is no bucket.
pub(super) const NO_BUCKET: &str = "NoSuchBucket";

/// On what a writing depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing is there.
    Absent,
    /// What was seen is still there: its `ETag`.
    Seen(String),
}

/// A lease as it was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it says.
    pub lease: Lease,
    /// Which writing of it this is.
    pub etag: String,
    /// How long ago it was written, by AWS's clocks alone: when AWS answered, and when it says that it was written.
    pub age: Option<Duration>,
}

/// The bucket of runs. Every call names the account that it has to belong to.
pub struct Store {
    world: World,
    place: Place,
    cloud: Arc<Cloud>,
    owner: AccountId,
    organization: String,
    bucket: String,
}

impl Store {
    /// The bucket of this management account. Makes no call.
    pub fn new(cloud: &Arc<Cloud>, management: &AccountId, organization: &str) -> Self {
        let home = cloud.home_region();
        let shared = Arc::clone(cloud);
        Self {
            world: World::new(&[], shared, 1, Events::default()),
            place: Place { account: AccountName::management(), region: Some(home) },
            cloud: Arc::clone(cloud),
            owner: management.clone(),
            organization: organization.to_owned(),
            bucket: runs_bucket(management, home),
        }
    }

    /// What the bucket is called.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    pub(super) fn owner(&self) -> &AccountId {
        &self.owner
    }

    pub(super) fn organization(&self) -> &str {
        &self.organization
    }

    pub(super) fn at(&self) -> At<'_> {
        self.world.at(&self.place, &self.organization)
    }

    /// A client that waits for nobody: a run that sends as many calls as it may still has to renew its lease in time.
    pub(super) async fn client(&self) -> Result<Client> {
        self.at().apart().s3().await
    }

    /// The lease; nothing where there is none, or no bucket yet.
    pub async fn read(&self) -> Result<Option<Found>> {
        let request = self.client().await?.get_object().bucket(&self.bucket).key(LEASE);
        let answer = request.expected_bucket_owner(self.owner.as_str()).send();
        let answer = aws::call(&self.at(), "GetObject", Box::pin(answer)).await;
        let Some(answer) = aws::unless(answer, &["NoSuchKey", NO_BUCKET]).map_err(explained)? else {
            return Ok(None);
        };
        let written: Option<SystemTime> = answer.last_modified.and_then(|time| time.try_into().ok());
        let age = written.zip(self.cloud.time_there());
        let age = age.map(|(written, now)| now.duration_since(written).unwrap_or_default());
        let lease = Lease::of(&text(answer.body).await?);
        Ok(Some(Found { lease, etag: answer.e_tag.unwrap_or_default(), age }))
    }

    /// Writes the lease if the condition holds, and gives its `ETag`; nothing if it does not.
    pub async fn write(&self, lease: &Lease, condition: &Condition) -> Result<Option<String>> {
        match self.put(lease, condition).await? {
            Some(etag) => Ok(Some(etag)),
            // A call whose answer was lost is sent again by the SDK, and then finds what it wrote itself.
            None => Ok(self.read().await?.filter(|found| found.lease == *lease).map(|found| found.etag)),
        }
    }

    /// Keeps a run's journal.
    pub async fn keep(&self, run: &RunId, text: &str) -> Result<()> {
        let request = self.keeping(run, text).await?;
        aws::call(&self.at(), "PutObject", Box::pin(request.send())).await.map(drop)
    }

    /// Keeps the journal that another run left, unless it is there: what a run has put there itself is whole.
    pub async fn keep_left(&self, run: &RunId, text: &str) -> Result<()> {
        let request = self.keeping(run, text).await?.if_none_match("*");
        let answer = aws::call(&self.at(), "PutObject", Box::pin(request.send())).await;
        aws::unless(answer, &CHANGED).map(drop)
    }

    async fn keeping(&self, run: &RunId, text: &str) -> Result<PutObjectFluentBuilder> {
        let request = self.client().await?.put_object().bucket(&self.bucket).key(self.journal(run));
        let request = request.expected_bucket_owner(self.owner.as_str()).content_type("application/jsonl");
        Ok(request.body(ByteStream::from(text.as_bytes().to_vec())))
    }

    /// The runs of this landing zone whose journals are kept; none where there is no bucket yet.
    pub async fn runs(&self) -> Result<Vec<RunId>> {
        const OPERATION: &str = "ListObjectsV2";
        let prefix = self.prefix();
        let request = self.client().await?.list_objects_v2().bucket(&self.bucket).prefix(&prefix);
        let mut pages = request.expected_bucket_owner(self.owner.as_str()).into_paginator().send();
        let mut runs = Vec::new();
        loop {
            let page = aws::call(&self.at(), OPERATION, pages.try_next()).await;
            let Some(page) = aws::unless(page, &[NO_BUCKET])?.flatten() else { return Ok(runs) };
            let names = page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key);
            runs.extend(
                names.filter_map(|name| {
                    name.strip_prefix(&prefix)?.strip_suffix(ENDING)?.parse::<RunId>().ok()
                }),
            );
        }
    }

    /// A run's journal, if it is kept.
    pub async fn recall(&self, run: &RunId) -> Result<Option<String>> {
        let request = self.client().await?.get_object().bucket(&self.bucket).key(self.journal(run));
        let answer = request.expected_bucket_owner(self.owner.as_str()).send();
        let answer = aws::call(&self.at(), "GetObject", Box::pin(answer)).await;
        match aws::unless(answer, &["NoSuchKey", NO_BUCKET])? {
            Some(answer) => text(answer.body).await.map(Some),
            None => Ok(None),
        }
    }

    fn prefix(&self) -> String {
        format!("runs/{}/", self.organization)
    }

    fn journal(&self, run: &RunId) -> String {
        format!("{}{run}{ENDING}", self.prefix())
    }

    async fn put(&self, lease: &Lease, condition: &Condition) -> Result<Option<String>> {
        let request = self.client().await?.put_object().bucket(&self.bucket).key(LEASE);
        let request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Seen(etag) => request.if_match(etag),
        };
        let request = request
            .expected_bucket_owner(self.owner.as_str())
            .content_type("application/json")
            .body(ByteStream::from(lease.to_text().into_bytes()));
        let answer = aws::call(&self.at(), "PutObject", Box::pin(request.send())).await;
        let answer = aws::unless(answer, &CHANGED).map_err(explained)?;
        Ok(answer.map(|answer| answer.e_tag.unwrap_or_default()))
    }
}

/// What an object says. The SDK's patience ends with the head of an answer: for each piece of what comes then, as long is
/// waited as for a renewal of the lease.
async fn text(mut body: ByteStream) -> Result<String> {
    let cut_off = || Error::new(Class::Unknown, "failed to read an object to its end");
    let mut bytes = Vec::new();
    loop {
        let next = tokio::time::timeout(Timing::of_this_run().renew(), body.try_next()).await;
        let next = next.map_err(|_| cut_off().source(unanswered()))?;
        let Some(piece) = next.map_err(|error| cut_off().source(error))? else { break };
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Says of a refusal what it was about.
pub(super) fn explained(mut error: Error) -> Error {
    if error.class == Class::Denied && aws::code(&error) == Some("AccessDenied") {
        error.hint = Some(
            "an apply holds a lease in a bucket of the management account, which it makes before anything else: \
             `landfall policy apply` prints what the caller has to be allowed"
                .to_owned(),
        );
    }
    error
}
