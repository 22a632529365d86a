//! `network/*.toml`, but for names.

use super::{Fields, Key, Map, Name, Shape, account::named, dns, form, keys::HOME, organization, words};

const REGION: Shape = Shape::Word(&words::REGION);
const ACCOUNT: Shape = Shape::Text(&form::ACCOUNT);
const SEGMENT: Shape = Shape::Text(&form::SEGMENT);
const CIDR: Shape = Shape::Text(&form::CIDR);
const VPC_NAME: Shape = Shape::Text(&form::VPC);
const PREFIX: Shape = Shape::Number(16, 28);

pub(super) static FILE: Fields = Fields::new(&[
    Key::table(
        "vpc",
        Shape::Map(&VPCS),
        "A VPC: subnets of up to three tiers in every zone, each reached from the one \
         before",
    ),
    Key::table(
        "pool",
        Shape::Table(&POOL),
        "What ranges VPCs are given from, by `landfall network allocate`",
    ),
    Key::table(
        "transit",
        Shape::Table(&TRANSIT),
        "What joins VPCs: a Transit Gateway in each Region, peered with the others",
    ),
    Key::table(
        "external",
        Shape::Map(&EXTERNALS),
        "What lies beyond the organization, behind an attachment that is not Landfall's",
    ),
    Key::table("zone", Shape::Map(&dns::ZONES), "A private hosted zone"),
    Key::table(
        "resolver",
        Shape::Map(&dns::RESOLVERS),
        "Route 53 Resolver endpoints, an address in each zone of a VPC",
    ),
    Key::table(
        "forward",
        Shape::Map(&dns::FORWARDS),
        "Who is asked about a domain: a rule, its share and an association with each VPC",
    ),
    Key::table("firewall", Shape::Map(&dns::FIREWALLS), "What VPCs can't ask for"),
]);

static VPCS: Map = named(Shape::Table(&VPC), VPC_NAME, "prod");

static VPC: Fields = Fields {
    keys: &[
        Key::optional(
            "name",
            VPC_NAME,
            "What AWS calls it and its parts, where that is not its key: what has been made under \
             a name keeps it",
            "\"lab\"",
        )
        .otherwise("its key")
        .aside(),
        Key::moved(Shape::Table(&MOVED), "{ from = \"lab\" }"),
        Key::required("account", ACCOUNT, "The account that it lies in", "\"prod\""),
        Key::optional("region", REGION, "The Region that it lies in", "\"ap-southeast-2\"").otherwise(HOME),
        Key::optional("cidr", CIDR, "Its range of addresses, of 16 to 28 bits", "\"10.32.0.0/16\"")
            .link("vpc/latest/userguide/vpc-cidr-blocks.html"),
        Key::optional(
            "size",
            PREFIX,
            "How large a range it is to be given from the pool; `landfall network allocate` \
             then writes its `cidr`",
            "16",
        )
        .aside(),
        Key::required(
            "zones",
            ZONES,
            "How many Availability Zones it has subnets in, or which ones, by AZ ID: the same \
             in every account",
            "3",
        )
        .link("global-infrastructure/latest/regions/az-ids.html"),
        Key::optional("segment", SEGMENT, "The segment it is routed with", "\"prod\"")
            .otherwise("it is joined to nothing, and gets out by itself"),
        Key::required(
            "tiers",
            Shape::Table(&TIERS),
            "Its tiers, each with the size of its subnets, of which there is one in each zone",
            "{ dmz = 24, application = 20, data = 22 }",
        ),
        Key::optional(
            "ports",
            Shape::Table(&PORTS),
            "The TCP ports by which its tiers are reached",
            "{ application = [443, 8443], data = [5432] }",
        ),
        Key::optional(
            "endpoints",
            Shape::List(&Shape::Word(&words::ENDPOINT)),
            "Services that are reached without leaving it",
            "[\"s3\", \"dynamodb\", \"kms\", \"sts\", \"logs\"]",
        )
        .or("[]")
        .link("vpc/latest/privatelink/aws-services-privatelink-support.html"),
        Key::optional(
            "flow_logs",
            FLOW_LOGS,
            "Where all that its interfaces send and receive is written down",
            "\"logging/archive\"",
        )
        .otherwise("nowhere")
        .link("vpc/latest/userguide/flow-logs.html"),
        Key::optional(
            "dhcp",
            Shape::Table(&DHCP),
            "What instances learn by DHCP",
            "{ domain_name = \"prod.acme.internal\" }",
        )
        .otherwise("they learn what AWS says")
        .link("vpc/latest/userguide/DHCPOptionSetConcepts.html"),
        Key::optional(
            "tags",
            organization::TAGS,
            "Tags of the VPC and of its parts, over those of its account",
            "{ team = \"platform\" }",
        ),
    ],
    with: &[],
    any: &["cidr", "size"],
};

static MOVED: Fields = Fields::new(&[Key::required("from", VPC_NAME, "What its key was", "\"lab\"")]);

const ZONES: Shape = Shape::Either(&[Shape::Number(1, 6), Shape::Some(&Shape::Text(&form::ZONE))]);

static TIERS: Fields = Fields {
    keys: &[
        Key::optional("dmz", PREFIX, "The size of its public subnets, in bits", "24"),
        Key::optional("application", PREFIX, "The size of its private subnets, in bits", "20"),
        Key::optional("data", PREFIX, "The size of the subnets that are led nowhere, in bits", "22"),
    ],
    with: &[],
    any: &["dmz", "application", "data"],
};

static PORTS: Fields = Fields::new(&[
    Key::optional("dmz", PORT_LIST, "By which the world reaches the DMZ", "[443]").or("[443]"),
    Key::optional(
        "application",
        PORT_LIST,
        "By which the DMZ and whom segments let in reach the application tier",
        "[443, 8443]",
    )
    .or("[443]"),
    Key::optional("data", PORT_LIST, "By which the application tier reaches data", "[5432]").or("[5432]"),
]);
const PORT_LIST: Shape = Shape::Some(&Shape::Number(1, 65_535));

const FLOW_LOGS: Shape = Shape::Either(&[Shape::Text(&form::BUCKET), Shape::Table(&FLOW_LOG_TABLE)]);
static FLOW_LOG_TABLE: Fields = Fields {
    keys: &[
        Key::optional(
            "bucket",
            Shape::Text(&form::BUCKET),
            "The bucket that they go to",
            "\"logging/archive\"",
        )
        .otherwise("none"),
        Key::optional(
            "retention",
            Shape::Text(&form::PERIOD),
            "How long a log group of the account keeps them: one of the lengths that \
             CloudWatch Logs knows",
            "\"30d\"",
        )
        .otherwise("there is no log group"),
    ],
    with: &[],
    any: &["bucket", "retention"],
};

static DHCP: Fields = Fields {
    keys: &[
        Key::optional(
            "domain_name",
            Shape::Text(&form::DOMAIN),
            "The domain that names are looked for in",
            "\"prod.acme.internal\"",
        ),
        Key::optional(
            "domain_name_servers",
            Shape::List(&Shape::Text(&form::NAME_SERVER)),
            "Whom they ask for names, at most four",
            "[\"10.0.0.2\", \"10.0.0.3\"]",
        )
        .or("[]"),
        Key::optional(
            "ntp_servers",
            Shape::List(&Shape::Text(&form::ADDRESS4)),
            "Whom they ask for the time, at most four",
            "[\"169.254.169.123\"]",
        )
        .or("[]"),
    ],
    with: &[],
    any: &["domain_name", "domain_name_servers", "ntp_servers"],
};

static POOL: Fields = Fields::new(&[
    Key::required("cidr", CIDR, "The range that VPCs are given theirs from", "\"10.0.0.0/8\""),
    Key::optional("retired", Shape::List(&CIDR), "Ranges that nobody is given", "[\"10.0.0.0/16\"]").or("[]"),
    Key::optional(
        "handed_out",
        Shape::List(&CIDR),
        "Ranges that were given once, kept by `landfall network allocate`: none goes to \
         another VPC",
        "[\"10.48.0.0/20\"]",
    )
    .or("[]"),
]);

static TRANSIT: Fields = Fields::new(&[
    Key::required("account", ACCOUNT, "The account that the gateways lie in", "\"security\""),
    Key::optional(
        "asn",
        ASN,
        "The private autonomous system number of the home Region's gateway; that of every \
         other Region is larger by its place among `regions`",
        "64600",
    )
    .or("64512")
    .link("vpc/latest/tgw/tgw-transit-gateways.html"),
    Key::optional(
        "egress",
        EGRESS,
        "The VPC by whose NAT gateways segments get out, or a table of one for each \
         Region",
        "\"hub\"",
    )
    .otherwise("segments get out nowhere"),
    Key::optional(
        "segments",
        Shape::Map(&SEGMENTS),
        "Who may talk to whom: each segment with those that it talks to, both ways",
        "{ prod = [], nonprod = [], shared = [\"prod\", \"nonprod\"] }",
    ),
    Key::optional(
        "moved",
        Shape::Map(&MOVED_SEGMENTS),
        "What segments were called before, so that their route tables are not made again and nothing \
         is cut off",
        "{ prod = { from = \"production\" } }",
    )
    .aside(),
]);

const ASN: Shape =
    Shape::Either(&[Shape::Number(64_512, 65_534), Shape::Number(4_200_000_000, 4_294_967_294)]);
const EGRESS: Shape = Shape::Either(&[VPC_NAME, Shape::Map(&EGRESSES)]);

static EGRESSES: Map =
    Map { name: Name { placeholder: "REGION", shape: REGION, example: "ap-southeast-2" }, value: VPC_NAME };
static SEGMENTS: Map = Map {
    name: Name { placeholder: "SEGMENT", shape: SEGMENT, example: "shared" },
    value: Shape::List(&SEGMENT),
};

static MOVED_SEGMENTS: Map = Map {
    name: Name { placeholder: "SEGMENT", shape: SEGMENT, example: "prod" },
    value: Shape::Table(&MOVED_SEGMENT),
};
static MOVED_SEGMENT: Fields =
    Fields::new(&[Key::required("from", SEGMENT, "What it was called", "\"production\"")]);

static EXTERNALS: Map = named(Shape::Table(&EXTERNAL), Shape::Text(&form::PART), "office");

static EXTERNAL: Fields = Fields::new(&[
    Key::required(
        "cidrs",
        Shape::Some(&CIDR),
        "The ranges of addresses that lie there",
        "[\"192.168.0.0/16\"]",
    ),
    Key::required(
        "attachment",
        Shape::Text(&form::ATTACHMENT),
        "The attachment of a VPN or a Direct Connect gateway that leads there",
        "\"tgw-attach-0123456789abcdef0\"",
    )
    .link("vpc/latest/tgw/working-with-transit-gateways.html"),
    Key::optional("region", REGION, "The Region of its Transit Gateway", "\"ap-southeast-2\"")
        .otherwise(HOME),
    Key::required("segment", SEGMENT, "The segment it is routed with", "\"shared\""),
]);
