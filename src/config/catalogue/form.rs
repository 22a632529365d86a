//! What strings look like. Patterns let through all that a reader takes, and some that it refuses for a reason that no
//! pattern tells: they are for editors, and readers have the last word.

/// What a string looks like.
#[derive(Debug)]
pub struct Form {
    /// What it is, of one and of many: a phrase with literals in backticks.
    pub noun: (&'static str, &'static str),
    /// A regular expression that finds a match in each of them; no look-around, so that every engine takes it.
    pub pattern: &'static str,
    /// The most characters that it has.
    pub longest: Option<usize>,
}

const fn form(one: &'static str, many: &'static str, pattern: &'static str) -> Form {
    Form { noun: (one, many), pattern, longest: None }
}

impl Form {
    const fn longest(self, longest: usize) -> Self {
        Self { longest: Some(longest), ..self }
    }
}

/// What no reader takes is a string without anything in it.
const NOT_EMPTY: &str = r"\S";

pub(super) static TEXT: Form = form("a text", "texts", NOT_EMPTY);
pub(super) static TAG: Form = form("a text", "texts", r"^[^\x00-\x1f]*$").longest(256);
pub(super) static TAG_KEY: Form = form("the key of a tag", "keys of tags", r"\S").longest(128);

pub(super) static ORGANIZATION: Form =
    form("a text of lower-case letters, digits and inner hyphens", "", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
        .longest(20);
pub(super) static ACCOUNT: Form =
    form("the name of an account", "names of accounts", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$").longest(50);
pub(super) static ACCOUNT_ID: Form =
    form("the twelve digits of an account", "the twelve digits of accounts", "^[0-9]{12}$");
pub(super) static ACCOUNT_TITLE: Form = form("a printable ASCII text", "", "^[ -~]*[!-~][ -~]*$").longest(50);
pub(super) static ALIAS: Form = form(
    "a text of lower-case letters, digits and hyphens, with `{account}` where the account's name goes",
    "",
    r"^[a-z0-9{}-]+$",
);
pub(super) static EMAIL: Form =
    form("an e-mail address", "e-mail addresses", r"^[^@\s]+@[^@\s]+\.[^@\s]+$").longest(64);
pub(super) static EMAIL_PATTERN: Form = form("an e-mail address with `{account}` in it", "", r"\{account\}");
pub(super) static PHONE: Form = form("a telephone number", "telephone numbers", "^[0-9 ()+-]+$").longest(25);
pub(super) static PERSON: Form = form("a text", "texts", NOT_EMPTY).longest(64);
pub(super) static TITLE: Form = form("a text", "texts", NOT_EMPTY).longest(50);
pub(super) static UNIT: Form =
    form("the path of a unit, such as `Workloads/Prod`", "paths of units", "^[^/]+(/[^/]+)*$");
pub(super) static BASELINE: Form = form("the name of a baseline", "names of baselines", NOT_EMPTY);
pub(super) static ADDRESS: Form = form(
    "the address of a resource, `account/region-or-global/service/type/name`",
    "addresses of resources, `account/region-or-global/service/type/name`",
    "^[^/]+/[^/]+/[^/]+/[^/]+/.+$",
);
pub(super) static POLICY: Form = form(
    "the name of a file in `policies/`, or of what Landfall generates",
    "names of files in `policies/` (`deny-everything`, or `rcp:deny-everything`), or of what Landfall generates",
    NOT_EMPTY,
);
pub(super) static PERIOD: Form =
    form("a period: a whole number and `s`, `m`, `h`, `d`, `w` or `y`", "periods", "^[0-9]+[smhdwy]$");

pub(super) static ROLE_KEY: Form = form("the key of a role", "keys of roles", r"^[A-Za-z0-9+=._@-]+$");
pub(super) static ROLE_NAME: Form =
    form("a text of letters, digits and `_+=,.@-`", "", r"^[A-Za-z0-9_+=,.@-]+$");
pub(super) static ROLE_PATH: Form =
    form("a text that begins and ends with `/`", "", r"^/(.*/)?$").longest(512);
pub(super) static DESCRIPTION: Form = form("a text in Latin letters", "", NOT_EMPTY).longest(1000);
pub(super) static ROLE: Form = form("a role, `account/role`", "roles, `account/role`", "^[^/]+/[^/]+$");
pub(super) static TRUSTED: Form = form(
    "`account/role`, `account:NAME`, `service:NAME` or `saml:PROVIDER`",
    "`account/role`, `account:NAME`, `service:NAME` or `saml:PROVIDER`",
    "^([a-z0-9-]+/[^/]+|(account|service|saml):.+)$",
);
pub(super) static ALLOWED: Form = form(
    "`policy:NAME` (`policies/iam/NAME.json`) or `aws:NAME` (managed by AWS)",
    "`policy:NAME` (`policies/iam/NAME.json`) or `aws:NAME` (managed by AWS)",
    "^(policy|aws):.+$",
);
pub(super) static SUBJECT: Form = form(
    "a subject, in which `*` stands for any text",
    "subjects, in which `*` stands for any text",
    r"[^*?]",
);
pub(super) static EXTERNAL_ID: Form =
    form("a text of 2 or more letters, digits and `_+=,.@:/-`", "", r"^[A-Za-z0-9_+=,.@:/-]{2,}$")
        .longest(1224);
pub(super) static NETWORK: Form =
    form("a range of addresses", "ranges of addresses", r"^[0-9A-Fa-f.:]+/[0-9]{1,3}$");
pub(super) static VPC_ID: Form = form("the id of a VPC", "ids of VPCs", "^vpc-[0-9A-Fa-f]{8,}$");
pub(super) static PROVIDER: Form =
    form("the name of an identity provider", "names of identity providers", r"^[A-Za-z0-9._-]+$")
        .longest(128);
pub(super) static ISSUER: Form =
    form("an `https://` address without a slash at its end", "", r"^https://[^?#@\s]*[^?#@/\s]$")
        .longest(255);
pub(super) static METADATA: Form =
    form("the path of a file in `policies/saml/`", "", r"^policies/saml/[^/]+\.xml$");

pub(super) static KEY_NAME: Form =
    form("a name of letters, digits, `-` and `_`", "", "^[A-Za-z0-9_-]+$").longest(200);
pub(super) static KEY: Form =
    form("a key, `key:NAME` or `key:account/NAME`", "keys", "^key:[^/:]+(/[^/:]+)?$");
pub(super) static PARTY: Form = form(
    "`account/role` or `account:NAME`",
    "`account/role` or `account:NAME`",
    "^([a-z0-9-]+/[^/:]+|account:.+|[^/:]+)$",
);
pub(super) static USER: Form = form(
    "`account/role`, `account:NAME` or `service:NAME`",
    "`account/role`, `account:NAME` or `service:NAME`",
    "^([a-z0-9-]+/[^/:]+|(account|service):.+|[^/:]+)$",
);
pub(super) static STATEMENTS: Form =
    form("the path of a file in `policies/kms/`", "", r"^policies/kms/[^/]+\.json$");
pub(super) static LONG_DESCRIPTION: Form = form("a text", "", NOT_EMPTY).longest(8192);

pub(super) static BUCKET: Form =
    form("a bucket, `account/bucket`", "buckets, `account/bucket`", "^[^/]+/[^/:]+$");
pub(super) static LOG_GROUPS: Form = form(
    "the name of a log group, in which `*` stands for any text",
    "names of log groups, in which `*` stands for any text",
    r"^[A-Za-z0-9_/.#*-]+$",
)
.longest(512);
pub(super) static ARN: Form = form("the beginning of an ARN", "beginnings of ARNs", r"^arn:[^*?]*$");

const NAME: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
const DOMAIN_PATTERN: &str = r"^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$";

pub(super) static VPC: Form = form("the name of a VPC", "names of VPCs", NAME).longest(40);
pub(super) static SEGMENT: Form = form("the name of a segment", "names of segments", NAME).longest(40);
pub(super) static PART: Form =
    form("a name of lower-case letters, digits and inner hyphens", "", NAME).longest(40);
pub(super) static DOMAIN: Form = form("a domain", "domains", DOMAIN_PATTERN).longest(253);
pub(super) static BLOCKED: Form = form(
    "a domain, or `*.` and a domain for all that lies below it",
    "domains, or `*.` and a domain for all that lies below it",
    r"^(\*\.)?[a-z0-9_.-]+$",
);
pub(super) static RECORD: Form =
    form("a name within the zone, `@` for the zone itself", "", r"^(@|\*|(\*\.)?[a-z0-9_.-]+)$");
pub(super) static CIDR: Form =
    form("a range of IPv4 addresses", "ranges of IPv4 addresses", r"^[0-9.]+/[0-9]{1,2}$");
pub(super) static ADDRESS4: Form = form("an IPv4 address", "IPv4 addresses", r"^[0-9]+(\.[0-9]+){3}$");
pub(super) static ADDRESS6: Form = form("an IPv6 address", "IPv6 addresses", r"^[0-9A-Fa-f:.]+$");
pub(super) static NAME_SERVER: Form = form(
    "an IPv4 address, or `AmazonProvidedDNS`",
    "IPv4 addresses, or `AmazonProvidedDNS`",
    r"^([0-9]+(\.[0-9]+){3}|AmazonProvidedDNS)$",
);
pub(super) static TARGET: Form = form(
    "an IPv4 address, with `:PORT` behind it if that is not 53",
    "IPv4 addresses, with `:PORT` behind them if that is not 53",
    r"^[0-9]+(\.[0-9]+){3}(:[0-9]+)?$",
);
pub(super) static HOST: Form = form("a domain", "domains", r"^[a-z0-9_.-]+$");
pub(super) static ZONE: Form = form("the AZ ID of a zone", "AZ IDs of zones", "^[a-z0-9-]+-az[0-9]+$");
pub(super) static ATTACHMENT: Form =
    form("the id of an attachment", "", "^tgw-attach-([0-9a-f]{8}|[0-9a-f]{17})$");
pub(super) static MANAGED_LIST: Form =
    form("the name of a list that AWS keeps", "names of lists that AWS keeps", NOT_EMPTY);
pub(super) static END: Form = form(
    "`vpc:NAME`, `vpc:NAME/TIER`, `external:NAME`, `internet`, a range or an IPv4 address",
    "",
    r"^(vpc:.+|external:.+|internet|[0-9]+(\.[0-9]+){3}(/[0-9]{1,2})?)$",
);
