//! `protect-landfall`: keeps everybody but the program from what it finds its resources by and reaches accounts with.

use crate::policy::{Document, Statement};

/// Its name in `policies` of units and accounts.
pub(super) const NAME: &str = "protect-landfall";

/// What the console says about it.
pub(super) const DESCRIPTION: &str = "Keeps ownership tags and the roles that reach all accounts as they are";

/// The keys of the tags by which the program tells what is its own.
const TAGS: &str = "landfall:*";

/// Denies setting and removing our tags, and making or changing roles that fit `exempt`, to all but those roles.
///
/// The keys in the request are what is looked at, whatever the service: an untag call names them too. Roles that
/// services made for themselves are bound by no policy of an organization.
pub(super) fn document(exempt: &[String]) -> Document {
    let but_exempt =
        |deny: Statement| deny.condition("ArnNotLike", "aws:PrincipalArn", exempt.iter().map(String::as_str));
    let tags = Statement::deny("OwnershipTags").actions(["*"]).resources(["*"]).condition(
        "ForAnyValue:StringLike",
        "aws:TagKeys",
        [TAGS],
    );
    let roles = Statement::deny("AccessRoles")
        .actions(CHANGES_TO_ROLES.iter().copied())
        .resources(exempt.iter().map(String::as_str));
    Document::new([tags, roles].map(but_exempt))
}

/// What changes who may assume a role or what it may do, and what makes or unmakes it:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>, read
/// 2026-11.
const CHANGES_TO_ROLES: &[&str] = &[
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
        let document = document(&[landfall.to_owned()]);
        let fields: std::collections::BTreeMap<_, _> = document.fields().into_iter().collect();
        assert_eq!(fields["[AccessRoles].resource"], landfall);
        assert_eq!(
            fields["[OwnershipTags].condition"],
            serde_json::json!({
                "ArnNotEquals": {"aws:PrincipalArn": landfall},
                "ForAnyValue:StringLike": {"aws:TagKeys": "landfall:*"},
            })
        );
        assert!(
            fields.iter().filter(|(path, _)| path.ends_with("effect")).all(|(_, effect)| effect == "Deny")
        );
        assert!(document.size().bytes < PolicyType::ServiceControl.quota().characters);
    }
}
