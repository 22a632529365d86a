//! Clients for the place of an [`At`], built per batch on what the [`Cloud`] shares.

use std::future::Future;

use super::{cloud::Cloud, network::client};
use crate::engine::{at::At, error::Result};

/// An [`At`] whose calls are sent again only where AWS says that it did not carry them out.
#[derive(Clone, Copy)]
pub struct Careful<'a>(At<'a>);

/// An [`At`] whose calls wait for no slot, and are slowed down by no throttle of others'.
#[derive(Clone, Copy)]
pub struct Apart<'a>(At<'a>);

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $sdk:ident;)*) => {
        /// The AWS behind an [`At`]: clients for its place. A client is cheap; make one per batch of calls.
        pub trait Aws: Sync {
            /// The place that calls are made for.
            fn at(&self) -> &At<'_>;

            /// Whether a call is never sent again when nobody knows whether it was carried out.
            fn is_careful(&self) -> bool {
                false
            }

            /// The same place for creates that AWS gives no client token, such as
            /// `at.careful().organizations().await?.create_account()`. A call of unknown outcome fails with
            /// `Class::Unknown`; whoever made it reads what became of it before trying again.
            fn careful(&self) -> Careful<'_> {
                Careful(*self.at())
            }

            /// Whether calls wait for no slot.
            fn is_apart(&self) -> bool {
                false
            }

            /// The same place for the few calls that must not wait for others, however many there are.
            fn apart(&self) -> Apart<'_> {
                Apart(*self.at())
            }

            /// The cloud behind the place: the one downcast of `At::cloud`.
            fn cloud(&self) -> &Cloud {
                self.at().cloud.downcast_ref().expect("kinds of AWS run on the cloud of `aws`, never on a toy")
            }

            $(
                $(#[$doc])*
                fn $name(&self) -> impl Future<Output = Result<$sdk::Client>> + Send {
                    async {
                        // Boxed: the session's futures nest so deep that the compiler gives up on the size of kinds' own.
                        let reach = Box::pin(self.cloud().reach(&self.at().place, stringify!($name))).await?;
                        let reach = if self.is_apart() { self.cloud().apart(reach) } else { reach };
                        Ok(client!($sdk, reach, careful: self.is_careful()))
                    }
                }
            )*
        }
    };
}

clients! {
    /// AWS Account Management: Regions, alternate contacts.
    account: aws_sdk_account;
    /// AWS CloudTrail.
    cloudtrail: aws_sdk_cloudtrail;
    /// Amazon CloudWatch.
    cloudwatch: aws_sdk_cloudwatch;
    /// Amazon CloudWatch Logs.
    cloudwatchlogs: aws_sdk_cloudwatchlogs;
    /// AWS Config.
    config: aws_sdk_config;
    /// Amazon Elastic Compute Cloud: networks.
    ec2: aws_sdk_ec2;
    /// Amazon Data Firehose.
    firehose: aws_sdk_firehose;
    /// AWS Identity and Access Management.
    iam: aws_sdk_iam;
    /// AWS Key Management Service.
    kms: aws_sdk_kms;
    /// AWS Organizations, as the account of the place.
    organizations: aws_sdk_organizations;
    /// AWS Resource Access Manager.
    ram: aws_sdk_ram;
    /// Amazon Route 53.
    route53: aws_sdk_route53;
    /// Amazon Route 53 Resolver.
    route53resolver: aws_sdk_route53resolver;
    /// Amazon Simple Storage Service.
    s3: aws_sdk_s3;
    /// Amazon S3 Control: what holds for all buckets of an account.
    s3control: aws_sdk_s3control;
    /// Service Quotas.
    servicequotas: aws_sdk_servicequotas;
    /// Amazon Simple Notification Service.
    sns: aws_sdk_sns;
    /// AWS Security Token Service.
    sts: aws_sdk_sts;
}

impl Aws for At<'_> {
    fn at(&self) -> &At<'_> {
        self
    }
}

impl Aws for Careful<'_> {
    fn at(&self) -> &At<'_> {
        &self.0
    }

    fn is_careful(&self) -> bool {
        true
    }
}

impl Aws for Apart<'_> {
    fn at(&self) -> &At<'_> {
        &self.0
    }

    fn is_apart(&self) -> bool {
        true
    }
}
