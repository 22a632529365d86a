//! `ram/organization-sharing`: that accounts of the organization share with each other without invitations.

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

/// [Sharing within the organization][sharing]. It consists of trusted access, which is a kind of its own, and of the
/// role that Resource Access Manager learns by who is in the organization; only its own call makes that role, and AWS
/// has none that tells whether sharing is on.
///
/// [sharing]: https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html#getting-started-sharing-orgs
pub struct OrganizationSharing;

/// The principal of the service.
pub const SERVICE: &str = "ram.amazonaws.com";

/// The role in the management account by which Resource Access Manager [looks at the organization][role].
///
/// [role]: https://docs.aws.amazon.com/ram/latest/userguide/using-service-linked-roles.html
const ROLE: &str = "AWSServiceRoleForResourceAccessManager";

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec;

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live;

impl Kind for OrganizationSharing {
    const NAME: &'static str = "ram/organization-sharing";
    const ABOUT: &'static str = "That resources can be shared with the organization as a whole.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("what accounts share with each other would be gone at once");
    const ACTIONS: Actions = Actions {
        read: &["iam:GetRole"],
        create: &[
            "ram:EnableSharingWithAwsOrganization",
            "iam:CreateServiceLinkedRole",
            "organizations:EnableAWSServiceAccess",
            "organizations:DescribeOrganization",
        ],
        update: &[],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(SERVICE.to_owned())
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new().with("role", ROLE)
    }

    fn observed(_: &Live) -> Doc {
        Doc::new().with("role", ROLE)
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let request = at.iam().await?.get_role().role_name(ROLE);
        let role = aws::call(at, "GetRole", request.send()).await;
        let found = |_| Found {
            key: SERVICE.to_owned(),
            label: "sharing within the organization".to_owned(),
            owner: Owner::Nobody,
            live: Live,
        };
        Ok(aws::unless(role, &["NoSuchEntity"])?.map(found).into_iter().collect())
    }

    /// AWS refuses it while [the organization is not seen yet][enable] by the service.
    ///
    /// [enable]: https://docs.aws.amazon.com/ram/latest/APIReference/API_EnableSharingWithAwsOrganization.html
    async fn create(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<()> {
        let request = at.ram().await?.enable_sharing_with_aws_organization();
        let answer = aws::call(at, "EnableSharingWithAwsOrganization", request.send()).await;
        aws::later(answer, &["OperationNotPermittedException"]).map(drop)
    }
}
