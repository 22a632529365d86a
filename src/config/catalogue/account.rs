//! `accounts/NAME.toml`, `baselines/NAME.toml` and what both have.

use super::{Fields, Key, Map, Name, Shape, form, keys, organization, role, words};

const BASELINE_NAME: Shape = Shape::Text(&form::BASELINE);

pub(super) static FILE: Fields = Fields {
    keys: &[
        Key::required(
            "unit",
            Shape::Text(&form::UNIT),
            "The unit that it lies in, `Root` for the organization's root",
            "\"Workloads/Prod\"",
        ),
        BASELINE_KEY,
        NAME,
        EMAIL,
        POLICIES,
        organization::FULL_ACCESS,
        organization::MANAGED,
        MOVED,
    ],
    with: &[&SETTINGS],
    any: &[],
};

pub(super) static MANAGEMENT: Fields = Fields {
    keys: &[BASELINE_KEY, NAME, EMAIL, POLICIES, organization::FULL_ACCESS, MOVED],
    with: &[&SETTINGS],
    any: &[],
};

pub(super) static BASELINE: Fields = Fields {
    keys: &[Key::optional(
        "extends",
        BASELINE_NAME,
        "Another baseline, whose settings it has too; what it says itself goes over them, \
         field by field",
        "\"foundation\"",
    )],
    with: &[&SETTINGS],
    any: &[],
};

const BASELINE_KEY: Key = Key::optional(
    "baseline",
    BASELINE_NAME,
    "The baseline whose settings it has; what it says itself goes over them, field by \
     field",
    "\"workload\"",
);
const NAME: Key =
    Key::optional("name", Shape::Text(&form::ACCOUNT_TITLE), "What AWS calls it", "\"Acme production\"")
        .otherwise("the name of its file");
const EMAIL: Key = Key::optional(
    "email",
    Shape::Text(&form::EMAIL),
    "Its root e-mail address, by which AWS tells it from all others",
    "\"aws-prod@acme.example\"",
)
.otherwise("`[organization] email`, filled in");
const POLICIES: Key = Key::optional(
    "policies",
    organization::POLICIES,
    "The policies that are attached to it alone",
    "[\"deny-data-deletion\"]",
)
.or("[]");
const MOVED: Key = Key::optional(
    "moved",
    Shape::Table(&MOVED_FROM),
    "That it was called otherwise before, so that it is not made again",
    "{ from = \"production\" }",
)
.aside();

static MOVED_FROM: Fields = Fields::new(&[Key::required(
    "from",
    Shape::Text(&form::ACCOUNT),
    "What its file was called",
    "\"production\"",
)]);

static SETTINGS: Fields = Fields::new(&[
    Key::optional(
        "tags",
        organization::TAGS,
        "Tags of the account and of what lies in it, over those of the organization and \
         its units",
        "{ environment = \"prod\" }",
    ),
    Key::optional(
        "alias",
        Shape::Text(&form::ALIAS),
        "What its sign-in page is called; each alias exists once in all of AWS",
        "\"acme-{account}\"",
    )
    .link("IAM/latest/UserGuide/console-account-alias.html"),
    Key::optional(
        "contacts",
        Shape::Table(&CONTACTS),
        "Its alternate contacts, or single fields of them over the organization's",
        "{ security = { phone = \"+61 2 5550 0199\" } }",
    ),
    Key::table(
        "password_policy",
        Shape::Table(&PASSWORDS),
        "The rules for passwords of IAM users; what is left out has the value of the CIS \
         AWS Foundations Benchmark",
    )
    .link("IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"),
    Key::optional(
        "block_public_access",
        Shape::Boolean,
        "Whether no bucket of the account can be made public",
        "true",
    )
    .otherwise("it stays as it is")
    .link("AmazonS3/latest/userguide/access-control-block-public-access.html"),
    Key::optional(
        "default_vpcs",
        Shape::Word(&words::REMOVED),
        "Whether the VPCs that AWS makes in every Region are taken away, with their \
         subnets and internet gateways",
        "\"removed\"",
    )
    .or("\"kept\"")
    .link("vpc/latest/userguide/default-vpc.html"),
    Key::table(
        "roles",
        Shape::Map(&role::ROLES),
        "A role, with whom it trusts and what it may do; both sides of the trust are \
         written",
    ),
    Key::table(
        "identity_providers",
        Shape::Map(&role::PROVIDERS),
        "Who vouches for people and pipelines that come from elsewhere",
    ),
    Key::table(
        "keys",
        Shape::Map(&keys::KEYS),
        "A KMS key, by who is to do what with it; one in each account that has these \
         settings",
    )
    .link("kms/latest/developerguide/overview.html"),
]);

/// Alternate contacts.
pub(super) static CONTACTS: Fields = Fields::new(&[
    Key::optional(
        "billing",
        CONTACT,
        "Who is told of bills",
        "{ name = \"Accounts payable\", title = \"Finance\", email = \"ap@acme.example\", \
         phone = \"+61 2 5550 0101\" }",
    )
    .link(CONTACTS_LINK),
    Key::optional(
        "operations",
        CONTACT,
        "Who is told of outages and maintenance",
        "{ name = \"Platform team\", title = \"On call\", email = \"ops@acme.example\", \
         phone = \"+61 2 5550 0102\" }",
    )
    .link(CONTACTS_LINK),
    Key::optional(
        "security",
        CONTACT,
        "Who is told of incidents, and of the alarms of the trail",
        "{ name = \"Security desk\", title = \"Head of security\", email = \
         \"security@acme.example\", phone = \"+61 2 5550 0100\" }",
    )
    .link(CONTACTS_LINK),
]);

const CONTACTS_LINK: &str = "accounts/latest/reference/manage-acct-update-contact-alternate.html";
const WHOLE: &str = "the field of the contact below it: that of the baseline, then that of the \
organization";
const CONTACT: Shape = Shape::Table(&ONE);
static ONE: Fields = Fields::new(&[
    Key::optional("name", Shape::Text(&form::PERSON), "What the contact is called", "\"Security desk\"")
        .otherwise(WHOLE),
    Key::optional("title", Shape::Text(&form::TITLE), "What the contact does", "\"Head of security\"")
        .otherwise(WHOLE),
    Key::optional("email", Shape::Text(&form::EMAIL), "Where AWS writes to", "\"security@acme.example\"")
        .otherwise(WHOLE),
    Key::optional("phone", Shape::Text(&form::PHONE), "Whom AWS calls", "\"+61 2 5550 0100\"")
        .otherwise(WHOLE),
]);

static PASSWORDS: Fields = Fields::new(&[
    Key::optional(
        "minimum_length",
        Shape::Number(6, 128),
        "How many characters a password has at least",
        "20",
    )
    .or("14"),
    Key::optional("symbols", Shape::Boolean, "Whether a password holds a symbol", "false").or("true"),
    Key::optional("numbers", Shape::Boolean, "Whether a password holds a digit", "false").or("true"),
    Key::optional("uppercase", Shape::Boolean, "Whether a password holds an upper-case letter", "false")
        .or("true"),
    Key::optional("lowercase", Shape::Boolean, "Whether a password holds a lower-case letter", "false")
        .or("true"),
    Key::optional("users_may_change", Shape::Boolean, "Whether users may change their own password", "false")
        .or("true"),
    Key::optional(
        "max_age",
        Shape::Text(&form::PERIOD),
        "How long a password lasts, from 1d to 1095d, in whole days",
        "\"90d\"",
    )
    .otherwise("for ever"),
    Key::optional(
        "reuse_prevention",
        Shape::Number(1, 24),
        "How many of the last passwords can't be taken again",
        "12",
    )
    .or("24"),
    Key::optional(
        "hard_expiry",
        Shape::Boolean,
        "Whether only an administrator can replace a password that has expired",
        "true",
    )
    .or("false"),
]);

/// `NAME` of something, whose characters its reader judges.
pub(super) const fn named(value: Shape, shape: Shape, example: &'static str) -> Map {
    Map { name: Name { placeholder: "NAME", shape, example }, value }
}
