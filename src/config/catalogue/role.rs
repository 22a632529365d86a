//! Roles, whom they trust, and who vouches for those who come from elsewhere.

use super::{Fields, Key, Map, Shape, account::named, form, organization};

const TEXT: Shape = Shape::Text(&form::TEXT);
const PROVIDER: Shape = Shape::Text(&form::PROVIDER);

pub(super) static ROLES: Map = named(Shape::Table(&ROLE), Shape::Text(&form::ROLE_KEY), "deployer");

static ROLE: Fields = Fields::new(&[
    Key::optional("name", Shape::Text(&form::ROLE_NAME), "What AWS calls it", "\"acme-deployer\"")
        .otherwise("its key"),
    Key::optional("path", Shape::Text(&form::ROLE_PATH), "The path of its ARN", "\"/platform/\"").or("\"/\""),
    Key::optional(
        "description",
        Shape::Text(&form::DESCRIPTION),
        "A sentence about it, shown by IAM",
        "\"Deploys the platform's services\"",
    ),
    Key::optional(
        "trust",
        Shape::Some(&TRUSTED),
        "Who may assume it: roles, whole accounts, services, or who comes by way of an \
         identity provider; a role needs it here or in its baseline",
        "[\"security/pipeline\"]",
    )
    .otherwise("that of the baseline")
    .link("IAM/latest/UserGuide/id_roles.html"),
    Key::optional("allow", Shape::List(&ALLOWED), "What it may do", "[\"policy:deploy\"]")
        .otherwise("nothing"),
    Key::optional(
        "boundary",
        ALLOWED,
        "What it may do at most, whatever it is allowed",
        "\"policy:workload-boundary\"",
    )
    .link("IAM/latest/UserGuide/access_policies_boundaries.html"),
    Key::optional(
        "session",
        Shape::Text(&form::PERIOD),
        "How long its sessions last at most, from 1h to 12h",
        "\"8h\"",
    )
    .or("\"1h\"")
    .link("IAM/latest/UserGuide/id_roles_update-role-settings.html"),
    Key::optional(
        "require",
        Shape::Table(&REQUIRE),
        "What has to hold besides of whoever assumes it",
        "{ mfa = true }",
    ),
    Key::optional(
        "tags",
        organization::TAGS,
        "Its tags, over those of its account",
        "{ team = \"platform\" }",
    ),
    Key::optional(
        "break_glass",
        Shape::Boolean,
        "Whether it is for emergencies: our service control policies spare it, it \
         administers every key of its account, and its uses raise an alarm",
        "true",
    )
    .or("false"),
    Key::moved(Shape::Table(&MOVED), "{ from = \"deploy\" }"),
]);

const ALLOWED: Shape = Shape::Text(&form::ALLOWED);

const TRUSTED: Shape = Shape::Either(&[
    Shape::Text(&form::TRUSTED),
    Shape::Table(&OIDC),
    Shape::Table(&SAML),
    Shape::Table(&EXTERNAL),
]);

static OIDC: Fields = Fields::new(&[
    Key::required("oidc", PROVIDER, "The OpenID Connect provider that vouches for them", "\"gitlab\"")
        .link("IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"),
    Key::required(
        "subject",
        Shape::Some(&Shape::Text(&form::SUBJECT)),
        "What their tokens say in `sub`; without it every user of the provider could come \
         in",
        "[\"project_path:acme/platform:ref_type:branch:ref:main\"]",
    ),
]);

static SAML: Fields =
    Fields::new(&[Key::required("saml", PROVIDER, "The SAML provider that vouches for them", "\"okta\"")
        .link("IAM/latest/UserGuide/id_roles_create_for-idp_saml.html")]);

static EXTERNAL: Fields = Fields::new(&[
    Key::required(
        "account",
        Shape::Text(&form::ACCOUNT_ID),
        "An account outside of the organization",
        "\"123456789012\"",
    ),
    Key::required(
        "external_id",
        Shape::Text(&form::EXTERNAL_ID),
        "The word that it has to say, so that nobody else makes it act for them",
        "\"acme-7Qd2\"",
    )
    .link("IAM/latest/UserGuide/confused-deputy.html"),
]);

static REQUIRE: Fields = Fields::new(&[
    Key::optional(
        "mfa",
        Shape::Boolean,
        "Whether they signed in with a second factor; federated sessions never say so",
        "true",
    )
    .or("false"),
    Key::optional(
        "source_ip",
        Shape::List(&Shape::Text(&form::NETWORK)),
        "The ranges of addresses that they come from",
        "[\"203.0.113.0/24\"]",
    )
    .otherwise("from anywhere"),
    Key::optional(
        "source_vpc",
        Shape::List(&Shape::Text(&form::VPC_ID)),
        "The VPCs that they come from",
        "[\"vpc-0a1b2c3d4e5f67890\"]",
    )
    .otherwise("from anywhere"),
]);

static MOVED: Fields =
    Fields::new(&[Key::required("from", Shape::Text(&form::ROLE_KEY), "What its key was", "\"deploy\"")]);

pub(super) static PROVIDERS: Map = named(
    Shape::Either(&[Shape::Table(&BY_OIDC), Shape::Table(&BY_SAML)]),
    Shape::Text(&form::PROVIDER),
    "gitlab",
);

static BY_OIDC: Fields = Fields::new(&[
    Key::required(
        "url",
        Shape::Text(&form::ISSUER),
        "The issuer of an OpenID Connect provider's tokens",
        "\"https://gitlab.com\"",
    ),
    Key::required(
        "audiences",
        Shape::Some(&TEXT),
        "What its tokens say in `aud`",
        "[\"https://gitlab.com\"]",
    ),
    TAGS,
]);

static BY_SAML: Fields = Fields::new(&[
    Key::required(
        "metadata",
        Shape::Text(&form::METADATA),
        "The metadata document of a SAML provider",
        "\"policies/saml/okta.xml\"",
    )
    .aside(),
    Key::optional(
        "name",
        PROVIDER,
        "What AWS calls it, which its ARN ends in and sign-in pages send along",
        "\"acme-okta\"",
    )
    .otherwise("its key")
    .aside()
    .link("IAM/latest/UserGuide/id_roles_providers_create_saml.html"),
    Key::moved(Shape::Table(&MOVED_PROVIDER), "{ from = \"okta\" }"),
    TAGS,
]);

static MOVED_PROVIDER: Fields =
    Fields::new(&[Key::required("from", PROVIDER, "What its key was", "\"okta\"")]);

const TAGS: Key = Key::optional(
    "tags",
    organization::TAGS,
    "Its tags, over those of its account",
    "{ team = \"platform\" }",
);
