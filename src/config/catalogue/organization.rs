//! `organization.toml`, but for what becomes of logs.

use super::{Fields, Key, Map, Name, Shape, account, form, logs, words};

const REGION: Shape = Shape::Word(&words::REGION);
const TEXT: Shape = Shape::Text(&form::TEXT);

pub(super) static FILE: Fields = Fields::new(&[
    Key::table(
        "organization",
        Shape::Table(&ORGANIZATION),
        "What the organization is called and where it is",
    )
    .needed(),
    Key::table("access", Shape::Table(&ACCESS), "How Landfall reaches member accounts"),
    Key::table(
        "contacts",
        Shape::Table(&account::CONTACTS),
        "Alternate contacts of every account, which may override single fields",
    ),
    Key::table(
        "units",
        Shape::Map(&UNITS),
        "The tree of organizational units, at most five deep; accounts say which one they \
         are in",
    ),
    Key::optional(
        "delegated",
        Shape::Map(&DELEGATED),
        "The account that administers a service for the whole organization; each is set \
         up by the service's own call where it has one",
        "{ cloudtrail = \"security\" }",
    )
    .link("organizations/latest/userguide/orgs_integrate_services_list.html"),
    Key::table(
        "trail",
        Shape::Table(&logs::TRAIL),
        "The organization's trail: every call of every account in every Region",
    ),
    Key::table("archive", Shape::Table(&logs::ARCHIVE), "The buckets that logs are kept in"),
    Key::table("logs", Shape::Table(&logs::LOGS), "What becomes of log groups"),
    Key::table(
        "config",
        Shape::Table(&logs::CONFIG),
        "AWS Config, which records what resources looked like in every account and Region \
         in use",
    ),
    Key::table("removed", Shape::Table(&REMOVED), "What may go for good"),
]);

static ORGANIZATION: Fields = Fields::new(&[
    Key::required(
        "name",
        Shape::Text(&form::ORGANIZATION),
        "What the organization is called; it begins the names of buckets, and marks what \
         is Landfall's",
        "\"acme\"",
    ),
    Key::required(
        "email",
        Shape::Text(&form::EMAIL_PATTERN),
        "The root e-mail address of every account, with the account's name for \
         `{account}`; AWS tells accounts apart by it",
        "\"aws+{account}@acme.example\"",
    ),
    Key::required("home_region", REGION, "The Region of whatever names none", "\"ap-southeast-2\""),
    Key::optional(
        "regions",
        Shape::List(&REGION),
        "The Regions in use; those that have to be enabled are enabled in every account, \
         and `region-guard` closes all others",
        "[\"ap-southeast-2\", \"ap-southeast-4\"]",
    )
    .otherwise("the home Region alone"),
    Key::optional(
        "tags",
        TAGS,
        "Tags of all there is; units, accounts and resources add theirs or say otherwise",
        "{ owner = \"platform\" }",
    ),
    Key::optional(
        "root_credentials",
        Shape::Word(&words::REMOVED),
        "Whether root access is managed centrally, so that member accounts keep no root \
         password or keys",
        "\"kept\"",
    )
    .or("\"removed\"")
    .link("IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management"),
    Key::optional(
        "destroyable",
        Shape::Boolean,
        "Whether `landfall destroy` may take apart what Landfall has made",
        "true",
    )
    .or("false")
    .aside(),
]);

static ACCESS: Fields = Fields::new(&[
    Key::optional(
        "role",
        TEXT,
        "The role that Landfall assumes in every member account",
        "\"AWSControlTowerExecution\"",
    )
    .or("\"OrganizationAccountAccessRole\""),
    Key::optional(
        "via",
        Shape::List(&Shape::Text(&form::ROLE)),
        "Roles by which it gets there, one after the other, each used once it exists and \
         answers",
        "[\"security/landfall-hub\"]",
    )
    .or("[]"),
    Key::optional(
        "session",
        Shape::Text(&form::PERIOD),
        "How long its sessions last, from 15m to 1h",
        "\"30m\"",
    )
    .or("\"1h\"")
    .link("IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining"),
]);

static UNITS: Map = Map {
    name: Name { placeholder: "UNIT", shape: Shape::Text(&form::UNIT), example: "Workloads/Prod" },
    value: Shape::Table(&UNIT),
};

static UNIT: Fields = Fields::new(&[
    Key::optional("policies", POLICIES, "The policies that are attached to it", "[\"deny-data-deletion\"]")
        .or("[]"),
    Key::optional("tags", TAGS, "Tags of the unit and of the accounts in it", "{ environment = \"prod\" }"),
    MANAGED,
    FULL_ACCESS,
    Key::optional(
        "moved",
        Shape::Table(&MOVED),
        "That its path was another one before, in the same unit above: it is renamed in place, with \
         all that lies in it",
        "{ from = \"Workloads/Production\" }",
    )
    .aside(),
]);

static MOVED: Fields = Fields::new(&[Key::required(
    "from",
    Shape::Text(&form::UNIT),
    "What its path was, with the units above it as they are called now",
    "\"Workloads/Production\"",
)]);

/// The policies of a unit or an account.
pub(super) const POLICIES: Shape = Shape::List(&Shape::Text(&form::POLICY));

pub(super) const MANAGED: Key = Key::optional(
    "managed",
    Shape::Boolean,
    "Whether what lies in its accounts is looked after; their place and their \
     policies always are",
    "false",
)
.or("true");

pub(super) const FULL_ACCESS: Key = Key::optional(
    "full_access",
    Shape::Boolean,
    "Whether `FullAWSAccess` stays attached; without it, only what other service \
     control policies allow is allowed",
    "false",
)
.or("true")
.link("organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html");

static DELEGATED: Map = Map {
    name: Name { placeholder: "SERVICE", shape: Shape::Word(&words::DELEGABLE), example: "cloudtrail" },
    value: Shape::Text(&form::ACCOUNT),
};

static REMOVED: Fields = Fields::new(&[Key::required(
    "addresses",
    Shape::List(&Shape::Text(&form::ADDRESS)),
    "Addresses, as plans show them, of accounts, keys, buckets of logs and VPCs that \
     left the TOML and that `apply --prune` may delete",
    "[\"logging/ap-southeast-2/s3/bucket/archive\"]",
)]);

/// Tags of whatever.
pub(super) const TAGS: Shape = Shape::Map(&Map {
    name: Name { placeholder: "TAG", shape: Shape::Text(&form::TAG_KEY), example: "owner" },
    value: Shape::Text(&form::TAG),
});
