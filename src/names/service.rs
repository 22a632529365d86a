use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Invalid, nearest};

/// An AWS service as a principal, written by its short name (`ec2`) or in full (`ec2.amazonaws.com`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    principal: Arc<str>,
}

/// What the principal of nearly every service ends with, in every partition.
const SUFFIX: &str = ".amazonaws.com";

impl Service {
    /// As policies write it: `ec2.amazonaws.com`.
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// As the TOML writes it: `ec2`.
    pub fn name(&self) -> &str {
        let found = DELEGABLE.iter().find(|(_, principal)| **principal == *self.principal);
        found.map_or_else(|| self.principal.trim_end_matches(SUFFIX), |(name, _)| name)
    }

    /// Whether the service of this principal sets up its administrator by a call of its own; registering with
    /// Organizations alone would look done and do nothing.
    pub fn has_a_call_of_its_own(principal: &str) -> bool {
        BY_A_CALL_OF_THEIR_OWN.contains(&principal)
    }

    /// What `[delegated]` calls the services that there are.
    pub fn delegable_names() -> impl Iterator<Item = &'static str> {
        DELEGABLE.iter().map(|(name, _)| *name)
    }

    /// The service that `[delegated]` calls `name`: one that lets a member account administer it.
    pub fn delegable(name: &str) -> Result<Self, Invalid> {
        match DELEGABLE.iter().find(|(short, _)| *short == name) {
            Some((_, principal)) => Ok(Self { principal: (*principal).into() }),
            None => Err(unknown(name, DELEGABLE.iter().map(|(short, _)| *short))),
        }
    }
}

impl FromStr for Service {
    type Err = Invalid;

    /// Services are too many to know them all, so one that is not in the table is taken when written in full.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        let short = text.strip_suffix(SUFFIX);
        if ASSUMING.contains(&text) {
            return Ok(Self { principal: format!("{text}{SUFFIX}").into() });
        }
        match short {
            Some(short) if !short.is_empty() && short.chars().all(plain) => {
                Ok(Self { principal: text.into() })
            }
            _ => Err(unknown(text, ASSUMING.iter().copied())),
        }
    }
}

fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> Invalid {
    let help = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("a service that is not in the table is written in full: `{name}{SUFFIX}`"),
    };
    Invalid::new(format!("no service is called `{name}`")).help(help)
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Services that let a member account administer them. As of 2026-11, column "Supports Delegated Administrator" of
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html>.
const DELEGABLE: &[(&str, &str)] = &[
    ("access-analyzer", "access-analyzer.amazonaws.com"),
    ("account", "account.amazonaws.com"),
    ("auditmanager", "auditmanager.amazonaws.com"),
    ("backup", "backup.amazonaws.com"),
    ("cloudtrail", "cloudtrail.amazonaws.com"),
    ("compute-optimizer", "compute-optimizer.amazonaws.com"),
    ("config", "config.amazonaws.com"),
    ("config-rules", "config-multiaccountsetup.amazonaws.com"),
    ("cost-optimization-hub", "cost-optimization-hub.bcm.amazonaws.com"),
    ("detective", "detective.amazonaws.com"),
    ("devops-guru", "devops-guru.amazonaws.com"),
    ("firewall-manager", "fms.amazonaws.com"),
    ("guardduty", "guardduty.amazonaws.com"),
    ("health", "health.amazonaws.com"),
    ("iam", "iam.amazonaws.com"),
    ("identity-center", "sso.amazonaws.com"),
    ("inspector", "inspector2.amazonaws.com"),
    ("ipam", "ipam.amazonaws.com"),
    ("license-manager", "license-manager.amazonaws.com"),
    ("macie", "macie.amazonaws.com"),
    ("network-manager", "networkmanager.amazonaws.com"),
    ("notifications", "notifications.amazonaws.com"),
    ("reachability-analyzer", "reachabilityanalyzer.networkinsights.amazonaws.com"),
    ("resource-explorer", "resource-explorer-2.amazonaws.com"),
    ("securityhub", "securityhub.amazonaws.com"),
    ("securitylake", "securitylake.amazonaws.com"),
    ("servicecatalog", "servicecatalog.amazonaws.com"),
    ("ssm", "ssm.amazonaws.com"),
    ("stacksets", "member.org.stacksets.cloudformation.amazonaws.com"),
    ("storage-lens", "storage-lens.s3.amazonaws.com"),
];

/// Column "Delegated administrator" of
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html>, read 2026-11.
const BY_A_CALL_OF_THEIR_OWN: [&str; 10] = [
    "auditmanager.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "detective.amazonaws.com",
    "fms.amazonaws.com",
    "guardduty.amazonaws.com",
    "inspector2.amazonaws.com",
    "ipam.amazonaws.com",
    "macie.amazonaws.com",
    "securityhub.amazonaws.com",
    "securitylake.amazonaws.com",
];

/// Services that assume roles and are common enough to be written short. As of 2026-11:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>.
const ASSUMING: &[&str] = &[
    "airflow",
    "amplify",
    "apigateway",
    "application-autoscaling",
    "appsync",
    "autoscaling",
    "backup",
    "batch",
    "batchoperations.s3",
    "bedrock",
    "build.apprunner",
    "chatbot",
    "cloudformation",
    "cloudtrail",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "config",
    "datasync",
    "delivery.logs",
    "dlm",
    "dms",
    "ec2",
    "ecs",
    "ecs-tasks",
    "edgelambda",
    "eks",
    "eks-fargate-pods",
    "elasticbeanstalk",
    "elasticmapreduce",
    "emr-serverless",
    "events",
    "firehose",
    "glue",
    "guardduty",
    "imagebuilder",
    "iot",
    "kafkaconnect",
    "lakeformation",
    "lambda",
    "logs",
    "mediaconvert",
    "monitoring.rds",
    "opensearchservice",
    "osis-pipelines",
    "pipes",
    "pods.eks",
    "quicksight",
    "rds",
    "redshift",
    "rolesanywhere",
    "s3",
    "sagemaker",
    "scheduler",
    "securityhub",
    "servicecatalog",
    "sns",
    "spotfleet",
    "ssm",
    "ssm-incidents",
    "states",
    "storagegateway",
    "tasks.apprunner",
    "transfer",
    "vpc-flow-logs",
    "workspaces",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_short_or_in_full() {
        let short: Service = "ec2".parse().expect("a service");
        assert_eq!(short, "ec2.amazonaws.com".parse().expect("a service"));
        assert_eq!((short.principal(), short.name()), ("ec2.amazonaws.com", "ec2"));
        assert!("somethingnew.amazonaws.com".parse::<Service>().is_ok());
        for bad in ["", "ec3x", ".amazonaws.com", "EC2.amazonaws.com", "ec2 .amazonaws.com"] {
            assert!(bad.parse::<Service>().is_err(), "{bad}");
        }
    }

    #[test]
    fn delegation_has_names_of_its_own() {
        let sso = Service::delegable("identity-center").expect("a service");
        assert_eq!((sso.principal(), sso.name()), ("sso.amazonaws.com", "identity-center"));
        let error = Service::delegable("guarduty").expect_err("misspelt");
        assert_eq!(error.help.as_deref(), Some("did you mean `guardduty`?"));
    }
}
