//! KMS keys: the organization's in `policies/keys.toml`, and those of accounts and baselines.

use super::{Fields, Key, Map, Shape, account::named, form, organization, words};

const REGION: Shape = Shape::Word(&words::REGION);
const NAME: Shape = Shape::Text(&form::KEY_NAME);
const PARTIES: Shape = Shape::List(&Shape::Text(&form::PARTY));
const USERS: Shape = Shape::List(&Shape::Text(&form::USER));

pub(super) static FILE: Fields = Fields::new(&[Key::table(
    "keys",
    Shape::Map(&ORGANIZATION_KEYS),
    "One of the organization's KMS keys, by who is to do what with it",
)
.link("kms/latest/developerguide/overview.html")]);

static ORGANIZATION_KEYS: Map = named(Shape::Table(&ORGANIZATION_KEY), NAME, "logs");

static ORGANIZATION_KEY: Fields = Fields {
    keys: &[Key::required(
        "account",
        Shape::Text(&form::ACCOUNT),
        "The account that it lies in",
        "\"logging\"",
    )],
    with: &[&KEY],
    any: &[],
};

pub(super) static KEYS: Map = named(Shape::Table(&KEY), NAME, "data");

static KEY: Fields = Fields::new(&[
    Key::optional(
        "name",
        NAME,
        "What its aliases end in, where that is not its key: whoever calls it by one goes on when \
         its key changes",
        "\"data\"",
    )
    .otherwise("its key")
    .aside()
    .link("kms/latest/developerguide/kms-alias.html"),
    Key::optional(
        "moved",
        Shape::Table(&MOVED),
        "That its key was another one before, so that it and its replicas stay what they are; \
         `name` then keeps their aliases",
        "{ from = \"data\" }",
    )
    .aside(),
    Key::optional(
        "description",
        Shape::Text(&form::LONG_DESCRIPTION),
        "A sentence about it, shown by KMS",
        "\"What the account's data is encrypted under\"",
    ),
    Key::optional(
        "region",
        REGION,
        "The Region that it lies in, or its primary if it has replicas",
        "\"ap-southeast-4\"",
    )
    .otherwise(HOME),
    Key::optional(
        "replicas",
        Shape::List(&REGION),
        "The Regions in which the same key is, each with a policy of its own",
        "[\"ap-southeast-4\"]",
    )
    .or("[]")
    .link("kms/latest/developerguide/multi-region-keys-overview.html"),
    Key::optional(
        "multi_region",
        Shape::Boolean,
        "Whether it can get replicas later; AWS can't change that of a key that is there",
        "true",
    )
    .otherwise("`true` if it has replicas"),
    Key::optional(
        "rotate",
        Shape::Text(&form::PERIOD),
        "How often AWS makes new key material, from 90d to 2560d",
        "\"180d\"",
    )
    .or("\"365d\"")
    .link("kms/latest/developerguide/rotate-keys.html"),
    Key::optional(
        "admins",
        PARTIES,
        "Who may change it and its policy, and never use it",
        "[\"security/key-admin\"]",
    )
    .or("[]"),
    Key::optional(
        "encrypt",
        USERS,
        "Who may write what only others read; a service gets what AWS documents that it \
         needs",
        "[\"service:logs\"]",
    )
    .or("[]"),
    Key::optional("decrypt", PARTIES, "Who may read", "[\"security/auditor\"]").or("[]"),
    Key::optional(
        "use",
        USERS,
        "Who may write and read; roles of its own account are named by their key alone \
         where the key is an account's",
        "[\"prod/deployer\"]",
    )
    .or("[]"),
    Key::optional(
        "grant",
        PARTIES,
        "Who may let services use it for volumes and databases that they make",
        "[\"prod/deployer\"]",
    )
    .or("[]")
    .link("kms/latest/developerguide/grants.html"),
    Key::optional(
        "services",
        Shape::List(&Shape::Word(&words::VIA)),
        "Services through which whoever the account's own policies let may use it",
        "[\"ebs\", \"s3\"]",
    )
    .or("[]")
    .link("kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service"),
    Key::optional(
        "statements",
        Shape::Text(&form::STATEMENTS),
        "A file whose statements are appended to its policy, for what the other keys \
         can't say",
        "\"policies/kms/logs.json\"",
    ),
    Key::optional(
        "tags",
        organization::TAGS,
        "Its tags, over those of its account",
        "{ team = \"platform\" }",
    ),
]);

static MOVED: Fields = Fields::new(&[Key::required("from", NAME, "What its key was", "\"data\"")]);

/// What holds where no Region is named.
pub(super) const HOME: &str = "the home Region";
