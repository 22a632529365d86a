//! `iam/service-linked-role`: the role that an AWS service acts by in an account.

use aws_sdk_iam::types::RoleDetail;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

use super::authorization::details;

/// A [service-linked role][linked]. AWS wrote it, AWS alone changes it, and whatever else uses the service in the
/// account uses it too: it is made where it is absent, and claimed by nobody, which is why it has no tags.
///
/// [linked]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
pub struct ServiceLinkedRole;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The service's principal: `config.amazonaws.com`. One role for each; those with a suffix are others.
    pub service: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    name: String,
    service: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN: `…:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`.
    pub arn: String,
}

/// Where IAM keeps such roles: `/aws-service-role/config.amazonaws.com/`.
const PATH: &str = "/aws-service-role/";

impl Kind for ServiceLinkedRole {
    const NAME: &'static str = "iam/service-linked-role";
    const ABOUT: &'static str =
        "A service-linked role, which AWS wrote and alone changes: made where it is absent.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("whatever else uses the service in the account uses it too");
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountAuthorizationDetails"],
        create: &["iam:CreateServiceLinkedRole"],
        update: &[],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.service.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { service } = spec;
        Doc::new().with("service", service.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, name: _, service } = live;
        Doc::new().with("service", service.as_str())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let details = details(at).await?;
        let roles = wanted.iter().filter_map(|it| of_service(&details.roles, &it.spec.service));
        let found = roles.map(|live| Found {
            key: live.service.clone(),
            label: live.name.clone(),
            owner: Owner::Nobody,
            live,
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.iam().await?.create_service_linked_role().aws_service_name(&it.spec.service);
        aws::call(at, "CreateServiceLinkedRole", request.send()).await.map(drop)
    }
}

/// The role of a service. A few services may have several, which differ by [a suffix][suffix]: then the one without.
///
/// [suffix]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
fn of_service(roles: &[RoleDetail], service: &str) -> Option<Live> {
    let is_its_own = |role: &&RoleDetail| {
        role.path().and_then(|path| path.strip_prefix(PATH)).map(|rest| rest.trim_end_matches('/'))
            == Some(service)
    };
    let role = roles.iter().filter(is_its_own).min_by_key(|role| role.role_name().map(str::len))?;
    Some(Live {
        arn: role.arn()?.to_owned(),
        name: role.role_name()?.to_owned(),
        service: service.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(path: &str, name: &str) -> RoleDetail {
        let arn = format!("arn:aws:iam::123456789012:role{path}{name}");
        RoleDetail::builder().path(path).role_name(name).arn(arn).build()
    }

    #[test]
    fn a_service_has_its_own_role_and_no_other() {
        let roles = [
            role("/", "AWSServiceRoleForConfig"),
            role("/aws-service-role/autoscaling.amazonaws.com/", "AWSServiceRoleForAutoScaling_apps"),
            role("/aws-service-role/autoscaling.amazonaws.com/", "AWSServiceRoleForAutoScaling"),
        ];
        assert!(of_service(&roles, "config.amazonaws.com").is_none());
        let found = of_service(&roles, "autoscaling.amazonaws.com").expect("it is there");
        assert_eq!(found.name, "AWSServiceRoleForAutoScaling");
        assert!(
            found
                .arn
                .ends_with("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
        );
    }
}
