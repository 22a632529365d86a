use crate::names::Region;

/// A service of AWS that a VPC can reach without leaving it, by what its name ends with: `kms`, `ecr.api`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointService {
    name: &'static str,
    kind: EndpointKind,
    has_policy: bool,
}

/// How a service is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// By a route; it costs nothing.
    Gateway,
    /// By a network interface in each zone, at so much an hour.
    Interface,
}

/// The services with [gateway endpoints][gateway].
///
/// [gateway]: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
const GATEWAYS: [&str; 2] = ["dynamodb", "s3"];

/// Services with [interface endpoints][services] whose own names can lead there, as of 2026-11. Not every Region has all of
/// them.
///
/// [services]: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
const INTERFACES: &[&str] = &[
    "access-analyzer",
    "account",
    "acm-pca",
    "airflow.api",
    "airflow.env",
    "airflow.ops",
    "appconfig",
    "appconfigdata",
    "application-autoscaling",
    "apprunner",
    "aps",
    "aps-workspaces",
    "athena",
    "auditmanager",
    "autoscaling",
    "autoscaling-plans",
    "backup",
    "batch",
    "bedrock",
    "bedrock-agent",
    "bedrock-agent-runtime",
    "bedrock-runtime",
    "cloudcontrolapi",
    "cloudformation",
    "cloudhsmv2",
    "cloudtrail",
    "codeartifact.api",
    "codeartifact.repositories",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codedeploy-commands-secure",
    "codepipeline",
    "comprehend",
    "config",
    "databrew",
    "datasync",
    "datazone",
    "dms",
    "drs",
    "ds",
    "ebs",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "eks",
    "eks-auth",
    "elasticache",
    "elasticbeanstalk",
    "elasticbeanstalk-health",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "email-smtp",
    "emr-containers",
    "emr-serverless",
    "events",
    "execute-api",
    "fis",
    "fsx",
    "git-codecommit",
    "glue",
    "grafana",
    "identitystore",
    "imagebuilder",
    "inspector2",
    "kendra",
    "kinesis-firehose",
    "kinesis-streams",
    "kms",
    "lakeformation",
    "lambda",
    "license-manager",
    "logs",
    "macie2",
    "memory-db",
    "mgn",
    "monitoring",
    "network-firewall",
    "organizations",
    "pipes",
    "pipes-data",
    "polly",
    "ram",
    "rds",
    "rds-data",
    "redshift",
    "redshift-data",
    "rekognition",
    "resource-groups",
    "rolesanywhere",
    "sagemaker.api",
    "sagemaker.runtime",
    "scheduler",
    "secretsmanager",
    "securityhub",
    "servicecatalog",
    "servicediscovery",
    "sns",
    "sqs",
    "ssm",
    "ssm-contacts",
    "ssm-incidents",
    "ssmmessages",
    "states",
    "storagegateway",
    "sts",
    "sync-states",
    "synthetics",
    "tagging",
    "textract",
    "transcribe",
    "transfer",
    "translate",
    "verifiedpermissions",
    "xray",
];

/// Those that [take no policy][policy]: who reaches them does so by another protocol, or AWS evaluates none.
///
/// [policy]: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
const WITHOUT_POLICY: [&str; 1] = ["email-smtp"];

impl EndpointService {
    /// The service of this name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        let of = |names: &[&'static str], kind| {
            let name = names.iter().find(|known| **known == name)?;
            Some(Self { name, kind, has_policy: !WITHOUT_POLICY.contains(name) })
        };
        of(&GATEWAYS, EndpointKind::Gateway).or_else(|| of(INTERFACES, EndpointKind::Interface))
    }

    /// The names of all of them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        GATEWAYS.into_iter().chain(INTERFACES.iter().copied())
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// How it is reached.
    pub const fn kind(self) -> EndpointKind {
        self.kind
    }

    /// Whether a policy can say who may do what through it.
    pub const fn has_policy(self) -> bool {
        self.has_policy
    }

    /// What AWS calls it in a Region: `com.amazonaws.ap-southeast-2.kms`.
    pub fn aws_name(self, region: Region) -> String {
        format!("com.amazonaws.{region}.{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_once_and_by_name() {
        let mut names: Vec<_> = EndpointService::names().collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| EndpointService::named(name).is_some()));
        assert!(WITHOUT_POLICY.iter().all(|name| INTERFACES.contains(name)));
        assert!(INTERFACES.is_sorted());
    }

    #[test]
    fn gateways_come_before_interfaces() {
        let s3 = EndpointService::named("s3").expect("a service");
        assert_eq!((s3.kind(), s3.has_policy()), (EndpointKind::Gateway, true));
        let region = "ap-southeast-2".parse().expect("a Region");
        assert_eq!(s3.aws_name(region), "com.amazonaws.ap-southeast-2.s3");
        assert!(EndpointService::named("s4").is_none());
    }
}
