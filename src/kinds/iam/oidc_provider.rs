//! `iam/oidc-provider`: an OIDC identity provider of an account.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
    policy::Arn,
};

use super::authorization::{iam_tags, may_have_providers, tags_of};

/// An [OIDC provider][oidc]. Its certificate's thumbprint is left to IAM, which fetches it itself and, for issuers whose
/// certificate is signed by a well-known authority, does not even look at it.
///
/// [oidc]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
pub struct OidcProvider;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The issuer, beginning with `https://`. AWS allows one provider per issuer and account.
    pub url: String,
    /// The audiences let in (AWS: client ids), 1 to 100.
    pub audiences: BTreeSet<String>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    audiences: BTreeSet<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// The provider's ARN, as trust policies name it.
    pub arn: String,
}

impl Kind for OidcProvider {
    const NAME: &'static str = "iam/oidc-provider";
    const ABOUT: &'static str = "An identity provider that vouches for its users by OpenID Connect.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountSummary", "iam:GetOpenIDConnectProvider", "iam:ListOpenIDConnectProviders"],
        create: &["iam:CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"],
        update: &[
            "iam:AddClientIDToOpenIDConnectProvider",
            "iam:RemoveClientIDFromOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
            "iam:UntagOpenIDConnectProvider",
        ],
        delete: &["iam:DeleteOpenIDConnectProvider"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    /// The issuer without its scheme, which is how its ARN ends.
    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let url = it.spec.url.trim_end_matches('/');
        Value::Known(url.strip_prefix("https://").unwrap_or(url).to_owned())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { url: _, audiences } = spec;
        listed(audiences)
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, audiences } = live;
        listed(audiences)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !may_have_providers(at).await? {
            return Ok(Vec::new());
        }
        let client = at.iam().await?;
        let mut found = Vec::new();
        for arn in providers(at).await?.iter().cloned() {
            let one = client.get_open_id_connect_provider().open_id_connect_provider_arn(&arn).send();
            let one = aws::call(at, "GetOpenIDConnectProvider", one).await;
            if let Some(one) = aws::unless(one, &["NoSuchEntity"])? {
                let (owner, key) = (Owner::Tags(tags_of(one.tags())), issuer(&arn));
                let audiences = one.client_id_list.into_iter().flatten().collect();
                found.push(Found { label: key.clone(), key, owner, live: Live { arn, audiences } });
            }
        }
        Ok(found)
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(providers(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.careful().iam().await?.create_open_id_connect_provider().url(&it.spec.url);
        let request = request.set_client_id_list(Some(it.spec.audiences.iter().cloned().collect()));
        let made = request.set_tags(Some(iam_tags(it.tags)?)).send();
        let made = aws::call(at, "CreateOpenIDConnectProvider", made).await;
        aws::untaken(made, &["EntityAlreadyExists"]).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let client = at.iam().await?;
        for gone in live.audiences.difference(&it.spec.audiences) {
            let request = client.remove_client_id_from_open_id_connect_provider();
            let request = request.open_id_connect_provider_arn(&live.arn).client_id(gone);
            aws::call(at, "RemoveClientIDFromOpenIDConnectProvider", request.send()).await?;
        }
        for new in it.spec.audiences.difference(&live.audiences) {
            let request = client.add_client_id_to_open_id_connect_provider();
            let request = request.open_id_connect_provider_arn(&live.arn).client_id(new);
            aws::call(at, "AddClientIDToOpenIDConnectProvider", request.send()).await?;
        }
        Ok(())
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request =
            at.iam().await?.delete_open_id_connect_provider().open_id_connect_provider_arn(&live.arn);
        let gone = aws::call(at, "DeleteOpenIDConnectProvider", request.send()).await;
        aws::unless(gone, &["NoSuchEntity"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.iam().await?;
        if !tags.set.is_empty() {
            let request = client.tag_open_id_connect_provider().open_id_connect_provider_arn(&live.arn);
            let request = request.set_tags(Some(iam_tags(&tags.set)?));
            aws::call(at, "TagOpenIDConnectProvider", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_open_id_connect_provider().open_id_connect_provider_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagOpenIDConnectProvider", request.send()).await?;
        }
        Ok(())
    }
}

fn listed(audiences: &BTreeSet<String>) -> Doc {
    audiences.iter().map(|audience| (format!("audiences[{audience}]"), true.into())).collect()
}

/// The issuer that a provider's ARN names.
fn issuer(arn: &str) -> String {
    let resource = arn.parse::<Arn>().map_or_else(|_| arn.to_owned(), |arn| arn.resource);
    resource.strip_prefix("oidc-provider/").map_or_else(|| resource.clone(), str::to_owned)
}

/// The ARNs of all providers of an account, asked for once.
async fn providers(at: &At<'_>) -> Result<Arc<Vec<String>>> {
    const OPERATION: &str = "ListOpenIDConnectProviders";
    at.once("iam", OPERATION, "", || async {
        let list = aws::call(at, OPERATION, at.iam().await?.list_open_id_connect_providers().send()).await?;
        Ok(list.open_id_connect_provider_list.into_iter().flatten().filter_map(|entry| entry.arn).collect())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_what_the_arn_ends_with() {
        assert_eq!(
            issuer("arn:aws:iam::123456789012:oidc-provider/gitlab.acme.example/a"),
            "gitlab.acme.example/a"
        );
        assert_eq!(issuer("odd"), "odd");
    }
}
