//! Somebody else: plain SDK clients that know nothing of Landfall.

use std::{collections::BTreeMap, net::Ipv4Addr};

use aws_credential_types::Credentials;
use aws_sdk_iam::config::{BehaviorVersion, Region, SharedCredentialsProvider};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};

use super::RUNTIME;

/// Clients that act in one account.
pub struct Behind {
    url: String,
    credentials: Credentials,
}

macro_rules! client {
    ($self:ident, $sdk:ident) => {
        client!($self, $sdk, "us-east-1")
    };
    ($self:ident, $sdk:ident, $region:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new($region.to_owned()))
                .endpoint_url(&$self.url)
                .credentials_provider(SharedCredentialsProvider::new($self.credentials.clone()))
                .http_client(
                    Builder::new()
                        .tls_provider(Provider::Rustls(CryptoMode::Ring))
                        .build_with_resolver(Loopback),
                )
                .build(),
        )
    };
}

/// Whatever services make of the sandbox's address, it is on this machine.
#[derive(Clone, Copy, Debug)]
struct Loopback;

impl ResolveDns for Loopback {
    fn resolve_dns<'a>(&'a self, _: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Ok(vec![Ipv4Addr::LOCALHOST.into()]))
    }
}

impl Behind {
    pub fn management(url: &str) -> Self {
        let credentials = Credentials::new("sandbox", "sandbox", None, None, "test");
        Self { url: url.to_owned(), credentials }
    }

    /// The credentials as a program's environment.
    pub fn variables(&self) -> [(&'static str, String); 3] {
        let token = self.credentials.session_token().unwrap_or_default();
        [
            ("AWS_ACCESS_KEY_ID", self.credentials.access_key_id().to_owned()),
            ("AWS_SECRET_ACCESS_KEY", self.credentials.secret_access_key().to_owned()),
            ("AWS_SESSION_TOKEN", token.to_owned()),
        ]
    }

    pub fn organizations(&self) -> aws_sdk_organizations::Client {
        client!(self, aws_sdk_organizations)
    }

    pub fn cloudtrail(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        client!(self, aws_sdk_cloudtrail, region)
    }

    pub fn iam(&self) -> aws_sdk_iam::Client {
        client!(self, aws_sdk_iam)
    }

    pub fn account(&self) -> aws_sdk_account::Client {
        client!(self, aws_sdk_account)
    }

    pub fn config(&self, region: &str) -> aws_sdk_config::Client {
        client!(self, aws_sdk_config, region)
    }

    pub fn route53(&self) -> aws_sdk_route53::Client {
        client!(self, aws_sdk_route53)
    }

    pub fn resolver(&self, region: &str) -> aws_sdk_route53resolver::Client {
        client!(self, aws_sdk_route53resolver, region)
    }

    pub fn ec2(&self, region: &str) -> aws_sdk_ec2::Client {
        client!(self, aws_sdk_ec2, region)
    }

    pub fn ram(&self, region: &str) -> aws_sdk_ram::Client {
        client!(self, aws_sdk_ram, region)
    }

    pub fn firehose(&self, region: &str) -> aws_sdk_firehose::Client {
        client!(self, aws_sdk_firehose, region)
    }

    pub fn logs(&self, region: &str) -> aws_sdk_cloudwatchlogs::Client {
        client!(self, aws_sdk_cloudwatchlogs, region)
    }

    pub fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        client!(self, aws_sdk_s3, region)
    }

    pub fn s3control(&self) -> aws_sdk_s3control::Client {
        client!(self, aws_sdk_s3control)
    }

    pub fn kms(&self, region: &str) -> aws_sdk_kms::Client {
        client!(self, aws_sdk_kms, region)
    }

    /// The id of the key that an alias points to, as long as it does.
    pub fn key(&self, region: &str, alias: &str) -> String {
        done(self.kms(region).describe_key().key_id(alias).send()).key_metadata.unwrap().key_id
    }

    pub fn cloudwatch(&self, region: &str) -> aws_sdk_cloudwatch::Client {
        client!(self, aws_sdk_cloudwatch, region)
    }

    pub fn quotas(&self, region: &str) -> aws_sdk_servicequotas::Client {
        client!(self, aws_sdk_servicequotas, region)
    }

    pub fn sns(&self, region: &str) -> aws_sdk_sns::Client {
        client!(self, aws_sdk_sns, region)
    }

    fn sts(&self) -> aws_sdk_sts::Client {
        client!(self, aws_sdk_sts)
    }

    /// Account ids by name.
    pub fn accounts(&self) -> BTreeMap<String, String> {
        let listed = RUNTIME.block_on(self.organizations().list_accounts().send()).unwrap();
        let pair = |account: aws_sdk_organizations::types::Account| Some((account.name?, account.id?));
        listed.accounts.unwrap_or_default().into_iter().filter_map(pair).collect()
    }

    /// The same in a member account, by its access role.
    pub fn member(&self, name: &str) -> Self {
        let id = &self.accounts()[name];
        let role = format!("arn:aws:iam::{id}:role/OrganizationAccountAccessRole");
        let assume = self.sts().assume_role().role_arn(role).role_session_name("somebody-else");
        let got = RUNTIME.block_on(assume.send()).unwrap().credentials.unwrap();
        self.with(&got)
    }

    /// The same by a role that a federated identity opens.
    pub fn web_identity(&self, account: &str, role: &str) -> Self {
        let id = &self.accounts()[account];
        let assume = self.sts().assume_role_with_web_identity();
        let assume = assume.role_arn(format!("arn:aws:iam::{id}:role/{role}")).role_session_name("ci");
        let got = RUNTIME.block_on(assume.web_identity_token("token").send()).unwrap().credentials.unwrap();
        self.with(&got)
    }

    /// Tries to assume a role of an account; AWS's error code otherwise.
    pub fn try_assume(&self, account: &str, role: &str) -> Result<(), String> {
        let id = &Self::management(&self.url).accounts()[account];
        let assume = self.sts().assume_role().role_session_name("attempt");
        let assume = assume.role_arn(format!("arn:aws:iam::{id}:role/{role}"));
        let answer = RUNTIME.block_on(assume.send());
        answer
            .map(drop)
            .map_err(|error| error.into_service_error().meta().code().unwrap_or_default().to_owned())
    }

    fn with(&self, got: &aws_sdk_sts::types::Credentials) -> Self {
        let (key, secret) = (got.access_key_id(), got.secret_access_key());
        let credentials = Credentials::new(key, secret, Some(got.session_token().to_owned()), None, "test");
        Self { url: self.url.clone(), credentials }
    }

    /// The id of an organizational unit by its path below the root, or of the root for an empty path.
    pub fn unit(&self, path: &str) -> String {
        let organizations = self.organizations();
        let roots = RUNTIME.block_on(organizations.list_roots().send()).unwrap();
        let mut id = roots.roots()[0].id().unwrap().to_owned();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let ask = organizations.list_organizational_units_for_parent().parent_id(&id);
            let units = RUNTIME.block_on(ask.send()).unwrap().organizational_units.unwrap_or_default();
            let unit = units.into_iter().find(|unit| unit.name() == Some(name));
            id = unit.and_then(|unit| unit.id).unwrap_or_else(|| panic!("no unit {name} in {path}"));
        }
        id
    }

    /// The id of a policy by its name.
    pub fn policy(&self, name: &str, kind: aws_sdk_organizations::types::PolicyType) -> String {
        let listed = RUNTIME.block_on(self.organizations().list_policies().filter(kind).send()).unwrap();
        let policy =
            listed.policies.unwrap_or_default().into_iter().find(|policy| policy.name() == Some(name));
        policy.and_then(|policy| policy.id).unwrap_or_else(|| panic!("no policy {name}"))
    }
}

/// Waits for one call.
#[track_caller]
pub fn done<T, E: std::fmt::Debug>(call: impl Future<Output = Result<T, E>>) -> T {
    RUNTIME.block_on(call).unwrap()
}
