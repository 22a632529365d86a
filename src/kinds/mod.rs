//! All resource kinds, one file each. Adding one: write its file, add a `mod` line to its service and a line to [`ALL`].

pub mod account;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod config;
pub mod ec2;
pub mod firehose;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod organizations;
pub mod ram;
pub mod route53;
pub mod route53resolver;
pub mod s3;
pub mod sns;
pub mod template;
mod token;

use crate::engine::erased::{AnyKind, Of};

/// Every kind the program knows, in dependency order: a kind stands behind those that its nodes may need. Orphans are
/// deleted the other way round.
pub const ALL: &[&dyn AnyKind] = &[
    Of::<organizations::Organization>::REF,
    Of::<organizations::TrustedAccess>::REF,
    Of::<organizations::PolicyType>::REF,
    Of::<iam::RootCredentials>::REF,
    Of::<ram::OrganizationSharing>::REF,
    Of::<organizations::Unit>::REF,
    Of::<organizations::Account>::REF,
    Of::<organizations::DelegatedAdministrator>::REF,
    Of::<cloudtrail::DelegatedAdministrator>::REF,
    Of::<account::Region>::REF,
    Of::<account::AlternateContact>::REF,
    Of::<iam::AccountAlias>::REF,
    Of::<iam::PasswordPolicy>::REF,
    Of::<iam::OidcProvider>::REF,
    Of::<iam::SamlProvider>::REF,
    Of::<iam::Policy>::REF,
    Of::<iam::Role>::REF,
    Of::<iam::ServiceLinkedRole>::REF,
    Of::<kms::Key>::REF,
    Of::<kms::ReplicaKey>::REF,
    Of::<kms::Alias>::REF,
    Of::<s3::PublicAccessBlock>::REF,
    Of::<s3::Bucket>::REF,
    Of::<s3::BucketPolicy>::REF,
    Of::<s3::Replication>::REF,
    Of::<sns::Topic>::REF,
    Of::<sns::Subscription>::REF,
    Of::<logs::LogGroup>::REF,
    Of::<logs::MetricFilter>::REF,
    Of::<cloudwatch::Alarm>::REF,
    Of::<logs::LogStream>::REF,
    Of::<firehose::DeliveryStream>::REF,
    Of::<logs::Destination>::REF,
    Of::<logs::SubscriptionFilter>::REF,
    Of::<logs::Forwarding>::REF,
    Of::<logs::ResourcePolicy>::REF,
    Of::<config::Recorder>::REF,
    Of::<config::DeliveryChannel>::REF,
    Of::<config::Recording>::REF,
    Of::<config::Aggregator>::REF,
    Of::<cloudtrail::Trail>::REF,
    Of::<ec2::DefaultVpc>::REF,
    Of::<ec2::DhcpOptions>::REF,
    Of::<ec2::Vpc>::REF,
    Of::<ec2::DhcpOptionsAssociation>::REF,
    Of::<ec2::PrefixList>::REF,
    Of::<ec2::SecurityGroup>::REF,
    Of::<ec2::DefaultSecurityGroup>::REF,
    Of::<ec2::Subnet>::REF,
    Of::<ec2::NetworkAcl>::REF,
    Of::<ec2::FlowLog>::REF,
    Of::<ec2::InternetGateway>::REF,
    Of::<ec2::ElasticIp>::REF,
    Of::<ec2::NatGateway>::REF,
    Of::<ec2::RouteTable>::REF,
    Of::<ec2::RouteTableAssociation>::REF,
    Of::<ec2::transit::TransitGateway>::REF,
    Of::<route53::HostedZone>::REF,
    Of::<route53resolver::Endpoint>::REF,
    Of::<route53resolver::Rule>::REF,
    Of::<route53resolver::QueryLogConfig>::REF,
    Of::<route53resolver::FirewallDomainList>::REF,
    Of::<route53resolver::FirewallRuleGroup>::REF,
    Of::<ram::ResourceShare>::REF,
    Of::<ec2::transit::TransitGatewayAttachment>::REF,
    Of::<ec2::transit::TransitGatewayPeering>::REF,
    Of::<ec2::transit::TransitGatewayRouteTable>::REF,
    Of::<ec2::transit::TransitGatewayPropagation>::REF,
    Of::<ec2::transit::TransitGatewayRoute>::REF,
    Of::<ec2::transit::TransitGatewayAssociation>::REF,
    Of::<ec2::Route>::REF,
    Of::<ec2::VpcEndpoint>::REF,
    Of::<route53::ZoneAssociation>::REF,
    Of::<route53::Record>::REF,
    Of::<route53resolver::RuleAssociation>::REF,
    Of::<route53resolver::QueryLogAssociation>::REF,
    Of::<route53resolver::FirewallAssociation>::REF,
    Of::<organizations::Policy>::REF,
    Of::<organizations::PolicyAttachment>::REF,
    Of::<organizations::NoFullAccess>::REF,
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// What the sources below `folder` call kinds.
    fn written(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("sources are there").map(|entry| entry.expect("readable")) {
            if entry.path().is_dir() {
                written(&entry.path(), names);
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("sources are text");
            let stated =
                text.lines().filter_map(|line| line.trim().strip_prefix("const NAME: &'static str = \""));
            names.extend(stated.filter_map(|rest| rest.strip_suffix("\";")).map(str::to_owned));
        }
    }

    #[test]
    fn every_kind_is_registered_once() {
        let sources = Path::new(file!()).parent().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut names = BTreeSet::new();
        written(&root.join(sources), &mut names);
        let registered: Vec<_> = ALL.iter().map(|kind| kind.name().to_owned()).collect();
        assert_eq!(registered.iter().cloned().collect::<BTreeSet<_>>(), names);
        assert_eq!(registered.len(), names.len(), "a kind is registered twice");
    }

    #[test]
    fn a_kind_stands_behind_those_it_is_read_after() {
        for (index, kind) in ALL.iter().enumerate() {
            for before in kind.read_after() {
                let found = ALL[..index].iter().any(|earlier| earlier.name() == *before);
                assert!(found || *before == kind.name(), "{before} stands behind {}", kind.name());
            }
        }
    }

    #[test]
    fn what_is_limited_in_number_is_a_kind() {
        for (limited, _) in crate::aws::rates(1).at_once {
            assert!(ALL.iter().any(|kind| kind.name() == *limited), "{limited}");
        }
    }

    #[test]
    fn every_kind_names_its_actions() {
        for kind in ALL {
            let actions = kind.actions();
            let all = [actions.read, actions.create, actions.update, actions.delete].concat();
            assert!(!actions.read.is_empty(), "{}", kind.name());
            assert!(all.iter().all(|action| action.split_once(':').is_some()), "{}", kind.name());
        }
    }
}
