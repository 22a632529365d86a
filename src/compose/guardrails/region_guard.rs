//! `region-guard`: closes all Regions but those in use.

use crate::{
    names::Region,
    policy::{Document, Statement},
};

/// Its name in `policies` of units and accounts.
pub(super) const NAME: &str = "region-guard";

/// What the console says about it.
pub(super) const DESCRIPTION: &str = "Closes all Regions but those in use";

/// Denies everything that is asked of a Region not in use. Services that are global, or answer from one Region for
/// all, are let pass, as are the roles that fit `exempt`.
pub(super) fn document(regions: impl IntoIterator<Item = Region>, exempt: &[String]) -> Document {
    let regions = regions.into_iter().map(|region| region.to_string());
    Document::new([Statement::deny("RegionGuard")
        .not_actions(GLOBAL.iter().copied())
        .resources(["*"])
        .condition("StringNotEquals", "aws:RequestedRegion", regions)
        .condition("ArnNotLike", "aws:PrincipalArn", exempt.iter().map(String::as_str))])
}

/// What works wherever it is asked, as of 2026-11: the list of AWS Control Tower's Region deny control
/// <https://docs.aws.amazon.com/controltower/latest/controlreference/primary-region-deny-policy.html> and
/// `wellarchitected` of AWS's example
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>,
/// without services that AWS has shut down. Some entries (`kms:*`, `config:*`, `acm:*`) look regional: global services
/// such as `CloudFront` call them in us-east-1 as the caller.
const GLOBAL: &[&str] = &[
    "access-analyzer:*",
    "account:*",
    "acm:*",
    "activate:*",
    "artifact:*",
    "aws-marketplace-management:*",
    "aws-marketplace:*",
    "billing:*",
    "billingconductor:*",
    "budgets:*",
    "ce:*",
    "chatbot:*",
    "chime:*",
    "cloudfront:*",
    "cloudtrail:LookupEvents",
    "compute-optimizer:*",
    "config:*",
    "consoleapp:*",
    "consolidatedbilling:*",
    "cur:*",
    "datapipeline:GetAccountLimits",
    "devicefarm:*",
    "directconnect:*",
    "ec2:DescribeRegions",
    "ec2:DescribeTransitGateways",
    "ec2:DescribeVpnGateways",
    "ecr-public:*",
    "fms:*",
    "freetier:*",
    "globalaccelerator:*",
    "health:*",
    "iam:*",
    "invoicing:*",
    "iq:*",
    "kms:*",
    "license-manager:ListReceivedLicenses",
    "lightsail:Get*",
    "networkmanager:*",
    "notifications-contacts:*",
    "notifications:*",
    "organizations:*",
    "payments:*",
    "pricing:*",
    "quicksight:DescribeAccountSubscription",
    "resource-explorer-2:*",
    "route53-recovery-cluster:*",
    "route53-recovery-control-config:*",
    "route53-recovery-readiness:*",
    "route53:*",
    "route53domains:*",
    "s3:CreateMultiRegionAccessPoint",
    "s3:DeleteMultiRegionAccessPoint",
    "s3:DescribeMultiRegionAccessPointOperation",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketLocation",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetMultiRegionAccessPoint",
    "s3:GetMultiRegionAccessPointPolicy",
    "s3:GetMultiRegionAccessPointPolicyStatus",
    "s3:GetStorageLensConfiguration",
    "s3:GetStorageLensDashboard",
    "s3:ListAllMyBuckets",
    "s3:ListMultiRegionAccessPoints",
    "s3:ListStorageLensConfigurations",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutMultiRegionAccessPointPolicy",
    "savingsplans:*",
    "shield:*",
    "sso:*",
    "sts:*",
    "support:*",
    "supportapp:*",
    "supportplans:*",
    "sustainability:*",
    "tag:GetResources",
    "tax:*",
    "trustedadvisor:*",
    "vendor-insights:ListEntitledSecurityProfiles",
    "waf-regional:*",
    "waf:*",
    "wafv2:*",
    "wellarchitected:*",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PolicyType;

    const LANDFALL: &str = "arn:aws:iam::*:role/OrganizationAccountAccessRole";

    #[test]
    fn it_fits_however_many_regions_are_in_use() {
        let document =
            document(Region::all(), &[LANDFALL.to_owned(), "arn:aws:iam::*:role/break-glass".to_owned()]);
        assert!(document.size().bytes < PolicyType::ServiceControl.quota().characters / 2);
    }

    #[test]
    fn it_denies_all_but_global_services_outside_the_regions() {
        let regions = ["ap-southeast-2", "ap-southeast-4"].map(|name| name.parse().expect("a Region"));
        let document = document(regions, &[LANDFALL.to_owned()]);
        let fields: std::collections::BTreeMap<_, _> = document.fields().into_iter().collect();
        assert_eq!(fields["[RegionGuard].effect"], "Deny");
        assert_eq!(fields["[RegionGuard].not_action"].as_array().map(Vec::len), Some(GLOBAL.len()));
        assert_eq!(
            fields["[RegionGuard].condition"],
            serde_json::json!({
                "ArnNotEquals": {"aws:PrincipalArn": LANDFALL},
                "StringNotEquals": {"aws:RequestedRegion": ["ap-southeast-2", "ap-southeast-4"]},
            })
        );
    }
}
