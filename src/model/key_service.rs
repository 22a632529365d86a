use std::fmt;
use std::str::FromStr;

use crate::names::{Invalid, Partition, Region, nearest};

/// An AWS service that uses keys for itself, as a principal: `service:cloudtrail`.
///
/// The list is closed: what each needs, and what it may be tied to, differs from service to service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyService {
    /// EC2 Auto Scaling, which starts instances with encrypted volumes.
    AutoScaling,
    /// CloudTrail, for the organization's trail.
    CloudTrail,
    /// CloudWatch, whose alarms publish to encrypted topics.
    CloudWatch,
    /// AWS Config, for its deliveries.
    Config,
    /// The delivery of flow logs, Resolver query logs and the like into encrypted buckets.
    LogDelivery,
    /// CloudWatch Logs, for encrypted log groups.
    Logs,
    /// S3, which sends events to encrypted topics and queues, and writes inventories.
    S3,
    /// SNS, which delivers to encrypted queues.
    Sns,
}

impl KeyService {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AutoScaling,
        Self::CloudTrail,
        Self::CloudWatch,
        Self::Config,
        Self::LogDelivery,
        Self::Logs,
        Self::S3,
        Self::Sns,
    ];

    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AutoScaling => "autoscaling",
            Self::CloudTrail => "cloudtrail",
            Self::CloudWatch => "cloudwatch",
            Self::Config => "config",
            Self::LogDelivery => "delivery.logs",
            Self::Logs => "logs",
            Self::S3 => "s3",
            Self::Sns => "sns",
        }
    }
}

impl FromStr for KeyService {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(known) = Self::ALL.into_iter().find(|service| service.as_str() == text) {
            return Ok(known);
        }
        if text.parse::<ViaService>().is_ok() {
            let reason = format!("`{text}` uses keys on behalf of its callers, not for itself");
            return Err(Invalid::new(reason).help(format!("write `services = [\"{text}\"]`")));
        }
        let help = match nearest(text, Self::ALL.map(Self::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "what intents can't say goes into a file: `statements = \"policies/kms/NAME.json\"`".into()
            }
        };
        Err(Invalid::new(format!("what `{text}` needs of a key is not known")).help(help))
    }
}

impl fmt::Display for KeyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An AWS service through which principals of an account use a key: `services = ["ebs"]`.
#[derive(Clone, Copy)]
pub struct ViaService(&'static Row);

struct Row {
    name: &'static str,
    label: &'static str,
    only: Only,
}

/// Where a service is.
enum Only {
    /// In every Region, or it is not certain where.
    Anywhere,
    /// In these Regions.
    In(&'static [&'static str]),
    /// In no Region of this partition.
    Outside(Partition),
}

impl ViaService {
    /// What the TOML calls those that there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        VIA.iter().map(|row| row.name)
    }

    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// What its name in `kms:ViaService` begins with: `ec2` for EBS.
    pub const fn label(self) -> &'static str {
        self.0.label
    }

    /// Whether it is certain that a Region does not have it.
    pub fn is_missing_in(self, region: Region) -> bool {
        match self.0.only {
            Only::Anywhere => false,
            Only::In(regions) => !regions.contains(&region.as_str()),
            Only::Outside(partition) => region.partition() == partition,
        }
    }
}

impl FromStr for ViaService {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(row) = VIA.iter().find(|row| row.name == text) {
            return Ok(Self(row));
        }
        let unknown = Invalid::new(format!("no service that uses keys for its callers is called `{text}`"));
        let help = match nearest(text, VIA.iter().map(|row| row.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if KeyService::ALL.iter().any(|service| service.as_str() == text) => {
                format!("it uses keys for itself: write `encrypt = [\"service:{text}\"]`")
            }
            None => {
                "what intents can't say goes into a file: `statements = \"policies/kms/NAME.json\"`".into()
            }
        };
        Err(unknown.help(help))
    }
}

impl PartialEq for ViaService {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ViaService {}

impl fmt::Display for ViaService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ViaService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const fn row(name: &'static str) -> Row {
    Row { name, label: name, only: Only::Anywhere }
}

const fn called(name: &'static str, label: &'static str) -> Row {
    Row { name, label, only: Only::Anywhere }
}

const fn outside_china(name: &'static str) -> Row {
    Row { name, label: name, only: Only::Outside(Partition::China) }
}

/// As of 2026-11, the table of
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>. Where a
/// service is, as far as it is certain: <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>.
static VIA: [Row; 29] = [
    row("backup"),
    outside_china("connect"),
    row("directoryservice"),
    row("dms"),
    row("dynamodb"),
    called("ebs", "ec2"),
    row("ecr"),
    called("efs", "elasticfilesystem"),
    row("elasticache"),
    called("opensearch", "es"),
    row("fsx"),
    row("glue"),
    row("kafka"),
    row("kinesis"),
    row("kinesisvideo"),
    row("lambda"),
    outside_china("lex"),
    row("logs"),
    row("rds"),
    row("redshift"),
    row("s3"),
    row("sagemaker"),
    row("secretsmanager"),
    row("sns"),
    row("sqs"),
    row("ssm"),
    Row { name: "workmail", label: "workmail", only: Only::In(&["eu-west-1", "us-east-1", "us-west-2"]) },
    row("workspaces"),
    row("xray"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_in_the_wrong_place_is_said_to_be() {
        let error = "ebs".parse::<KeyService>().expect_err("no principal");
        assert_eq!(error.help.as_deref(), Some("write `services = [\"ebs\"]`"));
        let error = "cloudtrial".parse::<KeyService>().expect_err("misspelt");
        assert_eq!(error.help.as_deref(), Some("did you mean `cloudtrail`?"));
        let error = "autoscaling".parse::<ViaService>().expect_err("a principal");
        assert_eq!(
            error.help.as_deref(),
            Some("it uses keys for itself: write `encrypt = [\"service:autoscaling\"]`")
        );
    }

    #[test]
    fn a_region_lacks_only_what_is_certain() {
        let region = |name: &str| name.parse::<Region>().expect("a Region");
        let service = |name: &str| name.parse::<ViaService>().expect("a service");
        assert!(service("workmail").is_missing_in(region("ap-southeast-2")));
        assert!(!service("workmail").is_missing_in(region("eu-west-1")));
        assert!(service("connect").is_missing_in(region("cn-north-1")));
        assert!(!service("s3").is_missing_in(region("cn-north-1")));
        assert_eq!(service("ebs").label(), "ec2");
    }
}
