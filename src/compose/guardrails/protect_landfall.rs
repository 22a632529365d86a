//! `protect-landfall`: keeps everybody but the program from what it finds its resources by and reaches accounts with.

use crate::{
    engine::kind::{ADDRESS_TAG, ORGANIZATION_TAG},
    policy::{Document, Statement},
};

/// Its name in `policies` of units and accounts.
pub(super) const NAME: &str = "protect-landfall";

/// What the console says about it.
pub(super) const DESCRIPTION: &str = "Keeps ownership tags and the roles that reach all accounts as they are";

/// The keys of the tags by which the program tells what is its own.
const TAGS: &str = "landfall:*";

/// Denies setting and removing our tags, and making or changing roles that fit `exempt` or `hops`, to all but the
/// former.
///
/// The keys in the request are what is looked at, whatever the service: an untag call names them too. To IAM,
/// `Landfall:Address` [is the same key][case] of a role as ours, so that each of ours is named once more whatever its
/// case, an operator that knows no wildcards. Roles that services made for themselves are bound by no policy of an
/// organization.
///
/// [case]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#case-sensitivity
pub(super) fn document(exempt: &[String], hops: &[String]) -> Document {
    let but_exempt =
        |deny: Statement| deny.condition("ArnNotLike", "aws:PrincipalArn", exempt.iter().map(String::as_str));
    let tags = Statement::deny("OwnershipTags").actions(["*"]).resources(["*"]).condition(
        "ForAnyValue:StringLike",
        "aws:TagKeys",
        [TAGS],
    );
    let any_case = Statement::deny("OwnershipTagsInAnyCase").actions(["*"]).resources(["*"]).condition(
        "ForAnyValue:StringEqualsIgnoreCase",
        "aws:TagKeys",
        [ADDRESS_TAG, ORGANIZATION_TAG],
    );
    let roles = Statement::deny("AccessRoles")
        .actions(CHANGES_TO_ROLES.iter().copied())
        .resources(exempt.iter().chain(hops).map(String::as_str));
    Document::new([tags, any_case, roles].map(but_exempt))
}

/// What changes who may assume a role or what it may do, and what makes or unmakes it:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>, read
/// 2026-11.
pub(super) const CHANGES_TO_ROLES: &[&str] = &[
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PolicyType;

    #[test]
    fn it_exempts_the_access_role_and_nobody_else() {
        let landfall = "arn:aws:iam::*:role/OrganizationAccountAccessRole";
        let hub = "arn:aws:iam::*:role/landfall-hub";
        let document = document(&[landfall.to_owned()], &[hub.to_owned()]);
        let fields: std::collections::BTreeMap<_, _> = document.fields().into_iter().collect();
        assert_eq!(fields["[AccessRoles].resource"], serde_json::json!([landfall, hub]));
        assert_eq!(fields["[AccessRoles].condition"]["ArnNotEquals"]["aws:PrincipalArn"], landfall);
        assert_eq!(
            fields["[OwnershipTags].condition"],
            serde_json::json!({
                "ArnNotEquals": {"aws:PrincipalArn": landfall},
                "ForAnyValue:StringLike": {"aws:TagKeys": "landfall:*"},
            })
        );
        assert_eq!(
            fields["[OwnershipTagsInAnyCase].condition"]["ForAnyValue:StringEqualsIgnoreCase"]["aws:TagKeys"],
            serde_json::json!(["landfall:address", "landfall:organization"])
        );
        assert!(
            fields.iter().filter(|(path, _)| path.ends_with("effect")).all(|(_, effect)| effect == "Deny")
        );
        assert!(document.size().bytes < PolicyType::ServiceControl.quota().characters);
    }
}
