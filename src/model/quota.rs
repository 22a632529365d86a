use super::PolicyType;

/// How large and how many policies of a type may be. Each number is AWS's default and carries its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyQuota {
    /// The most characters in one policy.
    pub characters: usize,
    /// The most policies attached to one root, unit or account.
    pub per_target: usize,
}

impl PolicyType {
    /// As of 2026-05, when the limits for service control policies were doubled:
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
    pub const fn quota(self) -> PolicyQuota {
        let (characters, per_target) = match self {
            Self::ServiceControl => (10_240, 10),
            Self::ResourceControl => (5_120, 5),
            Self::Tag | Self::Backup | Self::Declarative => (10_000, 10),
            Self::AiOptOut => (2_500, 5),
            Self::Chatbot => (10_000, 5),
        };
        PolicyQuota { characters, per_target }
    }
}

/// Limits of networks that AWS raises when it is asked to, as of 2026-11:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
#[derive(Clone, Copy, Debug)]
pub struct NetworkQuotas;

impl NetworkQuotas {
    /// The most VPCs in a Region of an account.
    pub const VPCS: usize = 5;
    /// The most Elastic IP addresses in a Region of an account.
    pub const ELASTIC_IPS: usize = 5;
}

/// Limits of Transit Gateways, as of 2026-11: <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html>.
#[derive(Clone, Copy, Debug)]
pub struct TransitQuotas;

impl TransitQuotas {
    /// The most route tables of a gateway.
    pub const TABLES: usize = 20;
    /// The most attachments of a gateway.
    pub const ATTACHMENTS: usize = 5_000;
    /// The most peering attachments of a gateway.
    pub const PEERINGS: usize = 50;
    /// The most routes in all tables of a gateway.
    pub const ROUTES: usize = 10_000;
}

/// Limits of IAM, as of 2026-11: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Clone, Copy, Debug)]
pub struct IamQuotas;

impl IamQuotas {
    /// The most characters in a trust policy, without asking AWS for more.
    pub const TRUST_POLICY: usize = 2_048;
    /// The most characters in a managed policy, not counting white space.
    pub const MANAGED_POLICY: usize = 6_144;
    /// The most managed policies attached to a role, without asking AWS for more.
    pub const POLICIES_PER_ROLE: usize = 10;
    /// The most characters in the name of a role.
    pub const ROLE_NAME: usize = 64;
    /// The most characters in the name of a policy.
    pub const POLICY_NAME: usize = 128;
    /// The most characters in the name of a SAML provider.
    pub const PROVIDER_NAME: usize = 128;
    /// The most characters in the URL of an OIDC provider.
    pub const PROVIDER_URL: usize = 255;
    /// The most characters in the alias of an account.
    pub const ALIAS: usize = 63;
    /// The most tags on anything.
    pub const TAGS: usize = 50;
}
