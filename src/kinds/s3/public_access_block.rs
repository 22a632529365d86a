//! `s3/public-access-block`: keeps the public out of all buckets of an account, those included that Landfall does not
//! know.

use super::{access::PublicAccess, inventory::owner};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The account's own [block of public access][block], in all Regions. Where none was ever set, nothing is found.
///
/// [block]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html
pub struct PublicAccessBlock;

/// What is wanted: all four switches on.
#[derive(Clone, Copy, Debug)]
pub struct Spec;

/// What stands for the only block there is.
const ONLY: &str = "public-access-block";

impl Kind for PublicAccessBlock {
    const NAME: &'static str = "s3/public-access-block";
    const ABOUT: &'static str = "The block of public access of a whole account.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal =
        Removal::Never("without it, any bucket of the account could be opened to the public");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["s3:GetAccountPublicAccessBlock"],
        create: &["s3:PutAccountPublicAccessBlock"],
        update: &["s3:PutAccountPublicAccessBlock"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = PublicAccess;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        PublicAccess::BLOCKED.fields()
    }

    fn observed(live: &PublicAccess) -> Doc {
        live.fields()
    }

    fn outputs(_: &PublicAccess) {}

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<PublicAccess>>> {
        let request = at.s3control().await?.get_public_access_block().account_id(owner(at)?);
        let answer = aws::call(at, "GetPublicAccessBlock", request.send()).await;
        let answer = aws::unless(answer, &["NoSuchPublicAccessBlockConfiguration"])?;
        let held = answer.and_then(|answer| answer.public_access_block_configuration);
        let found = |held| Found {
            key: ONLY.to_owned(),
            label: "block of public access".to_owned(),
            owner: Owner::Nobody,
            live: PublicAccess::from(&held),
        };
        Ok(held.map(found).into_iter().collect())
    }

    async fn create(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<()> {
        block(at).await
    }

    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, _: &PublicAccess, _: &[Change]) -> Result<()> {
        block(at).await
    }
}

async fn block(at: &At<'_>) -> Result<()> {
    let request = at.s3control().await?.put_public_access_block().account_id(owner(at)?);
    let request = request.public_access_block_configuration(PublicAccess::BLOCKED.into());
    aws::call(at, "PutPublicAccessBlock", request.send()).await.map(drop)
}
