//! What AWS allows in number of what landing zones are made of: the one table of it. Defaults that the TOML is checked
//! against before anything is composed are those of `model`.

use crate::{
    engine::{
        kind::Kind,
        quota::{Counted, Elements, Per, Quota},
    },
    kinds::{
        cloudtrail,
        ec2::{self, vpc_endpoint},
        iam, kms, logs, organizations, route53, route53resolver, s3,
    },
    model::{DnsQuotas, IamQuotas, NetworkQuotas, PolicyType, TransitQuotas},
};

// Where defaults are from, all read 2026-11.
const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const TRANSIT: &str = "https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html";
const DNS: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html";
const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const ORGANIZATIONS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";
const KMS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html";
const S3: &str = "https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3";
const CLOUDTRAIL: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html";
const LOGS: &str = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html";
const PRIVATELINK: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html";

/// A quota that Service Quotas knows by a code.
const fn quota(
    (what, of): (&'static str, Counted),
    default: usize,
    code: (&'static str, &'static str),
    source: &'static str,
) -> Quota {
    Quota { code: Some(code), ..unlisted((what, of), default, source) }
}

/// A quota that it does not know.
const fn unlisted((what, of): (&'static str, Counted), default: usize, source: &'static str) -> Quota {
    Quota { what, of, only: "", besides: 0, default: default as u64, code: None, is_fixed: false, source }
}

/// A quota that AWS raises for nobody.
const fn fixed(counted: (&'static str, Counted), most: usize, source: &'static str) -> Quota {
    Quota { is_fixed: true, ..unlisted(counted, most, source) }
}

/// How many policies of a type may be attached to one root, unit or account.
const fn attached(kind: PolicyType) -> Quota {
    let what = match kind {
        PolicyType::ServiceControl => "attached service control policies",
        PolicyType::ResourceControl => "attached resource control policies",
        PolicyType::Tag => "attached tag policies",
        PolicyType::Backup => "attached backup policies",
        PolicyType::Declarative => "attached declarative policies",
        PolicyType::AiOptOut => "attached AI services opt-out policies",
        PolicyType::Chatbot => "attached chat applications policies",
    };
    let counted = (what, in_organization::<organizations::PolicyAttachment>());
    Quota { only: kind.api_name(), ..unlisted(counted, kind.quota().per_target, ORGANIZATIONS) }
}

/// How many policies of a type an organization may have.
const fn policies(kind: PolicyType) -> Quota {
    let (what, most) = match kind {
        PolicyType::ServiceControl => ("service control policies", 10_000),
        PolicyType::ResourceControl => ("resource control policies", 1_000),
        PolicyType::Tag => ("tag policies", 1_000),
        PolicyType::Backup => ("backup policies", 1_000),
        PolicyType::Declarative => ("declarative policies", 1_000),
        PolicyType::AiOptOut => ("AI services opt-out policies", 1_000),
        PolicyType::Chatbot => ("chat applications policies", 1_000),
    };
    let counted = (what, in_organization::<organizations::Policy>());
    Quota { only: kind.api_name(), ..unlisted(counted, most, ORGANIZATIONS) }
}

const fn in_region<K: Kind>() -> Counted {
    Counted::Kind(K::NAME, Per::Region)
}

const fn in_account<K: Kind>() -> Counted {
    Counted::Kind(K::NAME, Per::Account)
}

const fn in_organization<K: Kind>() -> Counted {
    Counted::Kind(K::NAME, Per::Organization)
}

const fn in_vpc(kinds: &'static [&'static str]) -> Counted {
    Counted::Below(kinds, &[ec2::Vpc::NAME])
}

const fn in_gateway(kinds: &'static [&'static str]) -> Counted {
    Counted::Below(kinds, &[ec2::transit::TransitGateway::NAME])
}

const fn elements<K: Kind>(marks: &'static [&'static str], room: Option<&'static str>) -> Counted {
    Counted::Elements(K::NAME, Elements { marks, room })
}

/// All that are counted. Codes are those of `aws service-quotas list-aws-default-service-quotas`.
pub const QUOTAS: &[Quota] = &[
    Quota {
        // The management account counts.
        besides: 1,
        ..quota(
            ("accounts", in_organization::<organizations::Account>()),
            10,
            ("organizations", "L-E619E033"),
            ORGANIZATIONS,
        )
    },
    unlisted(("units", in_organization::<organizations::Unit>()), 2_000, ORGANIZATIONS),
    policies(PolicyType::ServiceControl),
    policies(PolicyType::ResourceControl),
    policies(PolicyType::Tag),
    policies(PolicyType::Backup),
    policies(PolicyType::Declarative),
    policies(PolicyType::AiOptOut),
    policies(PolicyType::Chatbot),
    attached(PolicyType::ServiceControl),
    attached(PolicyType::ResourceControl),
    attached(PolicyType::Tag),
    attached(PolicyType::Backup),
    attached(PolicyType::Declarative),
    attached(PolicyType::AiOptOut),
    attached(PolicyType::Chatbot),
    quota(("IAM roles", in_account::<iam::Role>()), 1_000, ("iam", "L-FE177D64"), IAM),
    quota(("IAM policies", in_account::<iam::Policy>()), 1_500, ("iam", "L-E95E4862"), IAM),
    quota(("OIDC providers", in_account::<iam::OidcProvider>()), 100, ("iam", "L-858F3967"), IAM),
    quota(("SAML providers", in_account::<iam::SamlProvider>()), 100, ("iam", "L-DB618D39"), IAM),
    quota(
        ("managed policies", elements::<iam::Role>(&["policies["], None)),
        IamQuotas::POLICIES_PER_ROLE,
        ("iam", "L-0DA4ABF3"),
        IAM,
    ),
    quota(("keys", in_region::<kms::Key>()), 100_000, ("kms", "L-C2F1777E"), KMS),
    quota(("buckets", in_account::<s3::Bucket>()), 10_000, ("s3", "L-DC2B2D3D"), S3),
    fixed(("trails", in_region::<cloudtrail::Trail>()), 5, CLOUDTRAIL),
    fixed(("resource policies of CloudWatch Logs", in_region::<logs::ResourcePolicy>()), 10, LOGS),
    Quota {
        // The default VPC, which AWS makes in each Region of a new account, with its gateway.
        besides: 1,
        ..quota(("VPCs", in_region::<ec2::Vpc>()), NetworkQuotas::VPCS, ("vpc", "L-F678F1CE"), VPC)
    },
    Quota {
        besides: 1,
        ..quota(("internet gateways", in_region::<ec2::InternetGateway>()), 5, ("vpc", "L-A4707A72"), VPC)
    },
    quota(
        ("Elastic IP addresses", in_region::<ec2::ElasticIp>()),
        NetworkQuotas::ELASTIC_IPS,
        ("ec2", "L-0263D0A3"),
        VPC,
    ),
    quota(("NAT gateways", in_region::<ec2::NatGateway>()), 5, ("vpc", "L-FE5A380F"), VPC),
    Quota {
        only: vpc_endpoint::GATEWAY,
        ..quota(
            ("gateway endpoints", in_region::<ec2::VpcEndpoint>()),
            20,
            ("vpc", "L-1B52E74A"),
            PRIVATELINK,
        )
    },
    Quota {
        only: vpc_endpoint::INTERFACE,
        ..quota(
            ("interface endpoints", in_vpc(&[ec2::VpcEndpoint::NAME])),
            NetworkQuotas::INTERFACE_ENDPOINTS,
            ("vpc", "L-29B6F2EB"),
            PRIVATELINK,
        )
    },
    unlisted(("prefix lists", in_region::<ec2::PrefixList>()), 100, VPC),
    quota(("security groups", in_region::<ec2::SecurityGroup>()), 2_500, ("vpc", "L-E79EC296"), VPC),
    quota(("subnets", in_vpc(&[ec2::Subnet::NAME])), 200, ("vpc", "L-407747CB"), VPC),
    Quota {
        // The main one; and the default ACL.
        besides: 1,
        ..quota(("route tables", in_vpc(&[ec2::RouteTable::NAME])), 200, ("vpc", "L-589F43AA"), VPC)
    },
    Quota {
        besides: 1,
        ..quota(("network ACLs", in_vpc(&[ec2::NetworkAcl::NAME])), 200, ("vpc", "L-B4A6D682"), VPC)
    },
    quota(
        ("routes", Counted::Below(&[ec2::Route::NAME], &[ec2::RouteTable::NAME])),
        500,
        ("vpc", "L-93826ACB"),
        VPC,
    ),
    Quota {
        // AWS adds the one that denies the rest.
        besides: 1,
        ..quota(
            ("entries in one direction", elements::<ec2::NetworkAcl>(&["entries[in ", "entries[out "], None)),
            NetworkQuotas::ACL_ENTRIES,
            ("vpc", "L-2AEEBF1A"),
            VPC,
        )
    },
    quota(
        ("rules in one direction", elements::<ec2::SecurityGroup>(&[" <- ", " -> "], Some("max_entries"))),
        NetworkQuotas::GROUP_RULES,
        ("vpc", "L-0EA8095F"),
        VPC,
    ),
    quota(
        ("Transit Gateways", in_region::<ec2::transit::TransitGateway>()),
        5,
        ("ec2", "L-A2478D36"),
        TRANSIT,
    ),
    quota(
        (
            "attachments",
            in_gateway(&[
                ec2::transit::TransitGatewayAttachment::NAME,
                ec2::transit::TransitGatewayPeering::NAME,
            ]),
        ),
        TransitQuotas::ATTACHMENTS,
        ("ec2", "L-E0233F82"),
        TRANSIT,
    ),
    quota(
        ("peering attachments", in_gateway(&[ec2::transit::TransitGatewayPeering::NAME])),
        TransitQuotas::PEERINGS,
        ("ec2", "L-A1B5A36F"),
        TRANSIT,
    ),
    quota(
        ("route tables", in_gateway(&[ec2::transit::TransitGatewayRouteTable::NAME])),
        TransitQuotas::TABLES,
        ("ec2", "L-43872EB7"),
        TRANSIT,
    ),
    quota(
        (
            "routes",
            Counted::Below(
                &[ec2::transit::TransitGatewayRoute::NAME, ec2::transit::TransitGatewayPropagation::NAME],
                &[ec2::transit::TransitGatewayRouteTable::NAME, ec2::transit::TransitGateway::NAME],
            ),
        ),
        TransitQuotas::ROUTES,
        ("ec2", "L-BCC1FB47"),
        TRANSIT,
    ),
    quota(("hosted zones", in_account::<route53::HostedZone>()), 500, ("route53", "L-4EA4796A"), DNS),
    unlisted(
        ("VPCs", Counted::Below(&[route53::ZoneAssociation::NAME], &[route53::HostedZone::NAME])),
        DnsQuotas::VPCS_PER_ZONE,
        DNS,
    ),
    quota(
        ("Resolver endpoints", in_region::<route53resolver::Endpoint>()),
        DnsQuotas::ENDPOINTS,
        ("route53resolver", "L-4A669CC0"),
        DNS,
    ),
    quota(
        ("Resolver rules", in_region::<route53resolver::Rule>()),
        DnsQuotas::RULES,
        ("route53resolver", "L-51D8A1FB"),
        DNS,
    ),
    quota(
        ("associations of Resolver rules", in_region::<route53resolver::RuleAssociation>()),
        DnsQuotas::RULE_ASSOCIATIONS,
        ("route53resolver", "L-94E19253"),
        DNS,
    ),
    quota(
        ("rule groups of DNS Firewall", in_vpc(&[route53resolver::FirewallAssociation::NAME])),
        DnsQuotas::FIREWALLS_PER_VPC,
        ("route53resolver", "L-15219E1D"),
        DNS,
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kinds::ALL;

    fn kinds(quota: &Quota) -> Vec<&'static str> {
        match quota.of {
            Counted::Kind(kind, _) | Counted::Elements(kind, _) => vec![kind],
            Counted::Below(kinds, path) => [kinds, path].concat(),
        }
    }

    #[test]
    fn what_is_counted_is_a_kind() {
        for kind in QUOTAS.iter().flat_map(kinds) {
            assert!(ALL.iter().any(|known| known.name() == kind), "{kind}");
        }
    }

    #[test]
    fn no_quota_is_told_twice() {
        let codes: Vec<_> = QUOTAS.iter().filter_map(|quota| quota.code).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        let counted: Vec<_> = QUOTAS.iter().map(|quota| (quota.what, kinds(quota))).collect();
        assert_eq!(counted.iter().collect::<BTreeSet<_>>().len(), counted.len());
        assert!(QUOTAS.iter().all(|quota| quota.code.is_none() || !quota.is_fixed));
    }
}
