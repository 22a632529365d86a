//! Who may do what through an endpoint: [identities of the organization with resources of the organization][perimeter], and
//! what services need of AWS's own.
//!
//! [perimeter]: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

use crate::{
    compose::derived,
    model::{EndpointService, LandingZone},
    names::Region,
    policy::{Document, Statement},
};

/// The key that says whose an identity is.
const IDENTITY: &str = "aws:PrincipalOrgID";
/// The key that says whose a resource is.
const RESOURCE: &str = "aws:ResourceOrgID";

/// The policy of a service's endpoint.
pub(super) fn of(zone: &LandingZone, service: EndpointService, region: Region) -> Document {
    let organization = everything("Organization");
    let organization = ours(ours(organization, IDENTITY), RESOURCE);
    let services = everything("Services").condition("Bool", "aws:PrincipalIsAWSService", ["true"]);
    let partition = zone.organization.home_region.partition().to_string();
    let more = Exceptions { partition, region }.of(service.name());
    Document::new([organization, services].into_iter().chain(more))
}

fn everything(sid: &str) -> Statement {
    anybody(sid, &["*"]).resources(["*"])
}

fn anybody(sid: &str, actions: &[&str]) -> Statement {
    Statement::allow(sid).principal_everyone().actions(actions.iter().copied())
}

fn ours(statement: Statement, key: &str) -> Statement {
    statement.condition("StringEquals", key, [derived::organization_id()])
}

/// What belongs to AWS and is needed all the same.
struct Exceptions {
    partition: String,
    region: Region,
}

impl Exceptions {
    fn of(&self, service: &str) -> Option<Statement> {
        match service {
            "s3" => Some(self.buckets()),
            // Images of AWS's own, such as those of EKS: <https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html>.
            "ecr.api" | "ecr.dkr" => {
                let read =
                    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
                Some(ours(anybody("OthersImages", &read), IDENTITY).resources(["*"]))
            }
            // <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>,
            // <https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html>
            "ssm" => Some(
                ours(anybody("AwsDocuments", &["ssm:*"]), IDENTITY).resources([self.unowned("ssm", "*")]),
            ),
            // Images and their snapshots are named without whose they are.
            // <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
            "ec2" => {
                let launch = ["ec2:CreateVolume", "ec2:RunInstances"];
                let resources = ["image/*", "snapshot/*"].map(|of| self.unowned("ec2", of));
                Some(ours(anybody("OthersImages", &launch), IDENTITY).resources(resources))
            }
            // <https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html>
            "lambda" => {
                let layers = format!("arn:{}:lambda:{}:*:layer:*:*", self.partition, self.region);
                Some(ours(anybody("OthersLayers", &["lambda:GetLayerVersion"]), IDENTITY).resources([layers]))
            }
            // <https://docs.aws.amazon.com/imagebuilder/latest/userguide/use-managed-components.html>
            "imagebuilder" => {
                let managed = format!("arn:{}:imagebuilder:{}:aws:*", self.partition, self.region);
                let read = ["imagebuilder:GetComponent", "imagebuilder:GetImage"];
                Some(ours(anybody("AwsComponents", &read), IDENTITY).resources([managed]))
            }
            // Who comes with somebody else's word is nobody's identity yet.
            // <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
            "sts" => {
                let enter = ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];
                Some(ours(anybody("Federated", &enter), RESOURCE).resources(["*"]))
            }
            // Interfaces of programs have callers of their own.
            // <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html>
            "execute-api" => {
                Some(ours(anybody("Callers", &["execute-api:Invoke"]), RESOURCE).resources(["*"]))
            }
            _ => None,
        }
    }

    /// Buckets of AWS's from which [layers of images][ecr], [packages of Amazon Linux][linux], the [agent of Systems
    /// Manager][ssm] and those of [CloudWatch][cloudwatch] and [CodeDeploy][codedeploy] are fetched, without a signature or
    /// with AWS's.
    ///
    /// [ecr]: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
    /// [linux]: https://docs.aws.amazon.com/linux/al2023/ug/live-patching.html
    /// [ssm]: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-minimum-s3-permissions.html
    /// [cloudwatch]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/download-cloudwatch-agent-commandline.html
    /// [codedeploy]: https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-ec2-configure.html
    fn buckets(&self) -> Statement {
        let Self { partition, region } = self;
        let buckets = [
            format!("al2023-repos-{region}-de612dc2"),
            format!("amazon-ssm-{region}"),
            format!("amazon-ssm-packages-{region}"),
            format!("amazoncloudwatch-agent-{region}"),
            format!("amazonlinux-2-repos-{region}"),
            format!("amazonlinux.{region}.amazonaws.com"),
            format!("aws-codedeploy-{region}"),
            format!("aws-ssm-{region}"),
            format!("aws-ssm-distributor-file-{region}"),
            format!("aws-ssm-document-attachments-{region}"),
            format!("aws-windows-downloads-{region}"),
            format!("packages.{region}.amazonaws.com"),
            format!("patch-baseline-snapshot-{region}"),
            format!("prod-{region}-starport-layer-bucket"),
            format!("repo.{region}.amazonaws.com"),
            format!("{region}-birdwatcher-prod"),
        ];
        let objects = buckets.iter().map(|bucket| format!("arn:{partition}:s3:::{bucket}/*"));
        anybody("AwsBuckets", &["s3:GetObject"]).resources(objects)
    }

    /// The ARNs of what is no account's.
    fn unowned(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}::{resource}", self.partition, self.region)
    }
}
