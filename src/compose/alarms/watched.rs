//! What is watched for in the trail's log group, as a table.

/// Events that somebody is told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched<'a> {
    /// What the filter is called, and ends the name of the alarm.
    pub name: &'a str,
    /// What the e-mail says of it, and the control it stands for.
    pub description: &'a str,
    /// Which events they are; 1,024 characters at most.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
    pub pattern: &'a str,
}

/// The section "Monitoring" of the CIS AWS Foundations Benchmark, version 3.0.0 of 2024-01: controls 4.1 to 4.15, with
/// the patterns that it gives. Security Hub, which has taken them over, looks for the patterns themselves:
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html>, read 2026-11.
pub(super) const WATCHED: &[Watched<'static>] = &[
    Watched {
        name: "unauthorized-calls",
        description: "A call was not authorized (CIS 4.1)",
        pattern: r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }"#,
    },
    Watched {
        name: "sign-in-without-mfa",
        description: "A user signed in to the console without a second factor (CIS 4.2)",
        pattern: r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }"#,
    },
    Watched {
        name: "root-use",
        description: "A root user did something (CIS 4.3)",
        pattern: r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
    },
    Watched {
        name: "iam-changes",
        description: "A policy of IAM was changed, attached or detached (CIS 4.4)",
        pattern: "{ ($.eventSource = iam.amazonaws.com) && (($.eventName = DeleteGroupPolicy) || ($.eventName = DeleteRolePolicy) || ($.eventName = DeleteUserPolicy) || ($.eventName = PutGroupPolicy) || ($.eventName = PutRolePolicy) || ($.eventName = PutUserPolicy) || ($.eventName = CreatePolicy) || ($.eventName = DeletePolicy) || ($.eventName = CreatePolicyVersion) || ($.eventName = DeletePolicyVersion) || ($.eventName = AttachRolePolicy) || ($.eventName = DetachRolePolicy) || ($.eventName = AttachUserPolicy) || ($.eventName = DetachUserPolicy) || ($.eventName = AttachGroupPolicy) || ($.eventName = DetachGroupPolicy)) }",
    },
    Watched {
        name: "trail-changes",
        description: "A trail was made, changed, started, stopped or deleted (CIS 4.5)",
        pattern: "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
    },
    Watched {
        name: "failed-sign-ins",
        description: "Somebody failed to sign in to the console (CIS 4.6)",
        pattern: r#"{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }"#,
    },
    Watched {
        name: "keys-disabled",
        description: "A customer managed key was disabled or is to be deleted (CIS 4.7)",
        pattern: "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }",
    },
    Watched {
        name: "bucket-changes",
        description: "Who may use a bucket, how long it keeps objects or where it copies them was changed (CIS 4.8)",
        pattern: "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || ($.eventName = DeleteBucketReplication)) }",
    },
    Watched {
        name: "config-changes",
        description: "The recording of configurations was changed or stopped (CIS 4.9)",
        pattern: "{ ($.eventSource = config.amazonaws.com) && (($.eventName = StopConfigurationRecorder) || ($.eventName = DeleteDeliveryChannel) || ($.eventName = PutDeliveryChannel) || ($.eventName = PutConfigurationRecorder)) }",
    },
    Watched {
        name: "security-group-changes",
        description: "A security group was made, changed or deleted (CIS 4.10)",
        pattern: "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }",
    },
    Watched {
        name: "network-acl-changes",
        description: "A network ACL was made, changed or deleted (CIS 4.11)",
        pattern: "{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry) || ($.eventName = DeleteNetworkAcl) || ($.eventName = DeleteNetworkAclEntry) || ($.eventName = ReplaceNetworkAclEntry) || ($.eventName = ReplaceNetworkAclAssociation) }",
    },
    Watched {
        name: "gateway-changes",
        description: "A way out of a network was made, attached, detached or deleted (CIS 4.12)",
        pattern: "{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway) || ($.eventName = AttachInternetGateway) || ($.eventName = CreateInternetGateway) || ($.eventName = DeleteInternetGateway) || ($.eventName = DetachInternetGateway) }",
    },
    Watched {
        name: "route-table-changes",
        description: "A route or a route table was made, replaced or deleted (CIS 4.13)",
        pattern: "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = CreateRouteTable) || ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation) || ($.eventName = DeleteRouteTable) || ($.eventName = DeleteRoute) || ($.eventName = DisassociateRouteTable)) }",
    },
    Watched {
        name: "vpc-changes",
        description: "A VPC or a peering was made, changed or deleted (CIS 4.14)",
        pattern: "{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute) || ($.eventName = AcceptVpcPeeringConnection) || ($.eventName = CreateVpcPeeringConnection) || ($.eventName = DeleteVpcPeeringConnection) || ($.eventName = RejectVpcPeeringConnection) || ($.eventName = AttachClassicLinkVpc) || ($.eventName = DetachClassicLinkVpc) || ($.eventName = DisableVpcClassicLink) || ($.eventName = EnableVpcClassicLink) }",
    },
    Watched {
        name: "organization-changes",
        description: "The organization, its accounts or its policies were changed (CIS 4.15)",
        pattern: r#"{ ($.eventSource = organizations.amazonaws.com) && (($.eventName = "AcceptHandshake") || ($.eventName = "AttachPolicy") || ($.eventName = "CreateAccount") || ($.eventName = "CreateOrganizationalUnit") || ($.eventName = "CreatePolicy") || ($.eventName = "DeclineHandshake") || ($.eventName = "DeleteOrganization") || ($.eventName = "DeleteOrganizationalUnit") || ($.eventName = "DeletePolicy") || ($.eventName = "DetachPolicy") || ($.eventName = "DisablePolicyType") || ($.eventName = "EnablePolicyType") || ($.eventName = "InviteAccountToOrganization") || ($.eventName = "LeaveOrganization") || ($.eventName = "MoveAccount") || ($.eventName = "RemoveAccountFromOrganization") || ($.eventName = "UpdatePolicy") || ($.eventName = "UpdateOrganizationalUnit")) }"#,
    },
];

/// Uses of the roles with these names, paths included; nothing if there is none. Each way into a role is a call of STS
/// that [names it][assume]. A wildcard of a pattern stands at an end of the text only, so that it is one for the account.
///
/// [assume]: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
pub(super) fn use_of_roles<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let uses = names.into_iter().map(|role| format!(r#"($.requestParameters.roleArn = "*:role{role}")"#));
    let uses: Vec<_> = uses.collect();
    let any = uses.join(" || ");
    (!uses.is_empty()).then(|| {
        format!("{{ ($.eventSource = sts.amazonaws.com) && ($.eventName = AssumeRole*) && ({any}) }}")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn patterns_are_whole_and_fit() {
        for Watched { name, description, pattern } in WATCHED {
            assert!(pattern.len() <= 1024, "{name}: {}", pattern.len());
            let count = |c: char| pattern.matches(c).count();
            assert_eq!(count('('), count(')'), "{name}");
            assert_eq!(count('"') % 2, 0, "{name}");
            assert!(pattern.starts_with("{ ") && pattern.ends_with(" }"), "{name}");
            assert!(description.contains("(CIS 4."), "{name}");
        }
        let names: BTreeSet<_> = WATCHED.iter().map(|watched| watched.name).collect();
        assert_eq!((names.len(), WATCHED.len()), (15, 15));
    }

    #[test]
    fn roles_are_watched_by_name() {
        assert_eq!(use_of_roles([]), None);
        assert_eq!(
            use_of_roles(["/break-glass", "/ops/hammer"]).as_deref(),
            Some(
                r#"{ ($.eventSource = sts.amazonaws.com) && ($.eventName = AssumeRole*) && (($.requestParameters.roleArn = "*:role/break-glass") || ($.requestParameters.roleArn = "*:role/ops/hammer")) }"#
            )
        );
    }
}
