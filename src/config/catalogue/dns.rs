//! Private names: zones and their records, resolvers, what is forwarded and what is blocked.

use super::{Fields, Key, Map, Name, Shape, account::named, form, organization};

const ACCOUNT: Shape = Shape::Text(&form::ACCOUNT);
const SEGMENTS: Shape = Shape::List(&Shape::Text(&form::SEGMENT));
const TEXTS: Shape = Shape::Some(&Shape::Text(&form::TEXT));
const PARTS: Shape = Shape::Text(&form::PART);

const fn by_domain(value: Shape, example: &'static str) -> Map {
    Map { name: Name { placeholder: "DOMAIN", shape: Shape::Text(&form::DOMAIN), example }, value }
}

pub(super) static ZONES: Map = by_domain(Shape::Table(&ZONE), "prod.acme.internal");

static ZONE: Fields = Fields::new(&[
    Key::required("account", ACCOUNT, "The account that it lies in", "\"prod\""),
    Key::required(
        "vpcs",
        Shape::List(&Shape::Text(&form::VPC)),
        "The VPCs that ask it, at least one of them of its own account",
        "[\"prod\", \"hub\"]",
    ),
    Key::optional(
        "records",
        Shape::Map(&RECORDS),
        "What its names answer",
        "{ www = { a = [\"10.32.0.10\"], ttl = 60 } }",
    ),
    Key::optional(
        "tags",
        organization::TAGS,
        "Its tags, over those of its account",
        "{ team = \"platform\" }",
    ),
]);

static RECORDS: Map = Map {
    name: Name { placeholder: "RECORD", shape: Shape::Text(&form::RECORD), example: "www" },
    value: Shape::Table(&RECORD),
};

static RECORD: Fields = Fields {
    keys: &[
        Key::optional("a", Shape::Some(&Shape::Text(&form::ADDRESS4)), "IPv4 addresses", "[\"10.32.0.10\"]"),
        Key::optional("aaaa", Shape::Some(&Shape::Text(&form::ADDRESS6)), "IPv6 addresses", "[\"fd00::10\"]"),
        Key::optional(
            "caa",
            TEXTS,
            "Who may issue certificates, as AWS writes it",
            "['0 issue \"amazon.com\"']",
        ),
        Key::optional(
            "cname",
            Shape::Some(&Shape::Text(&form::HOST)),
            "The name that this one stands for, which is one",
            "[\"app.prod.acme.internal\"]",
        )
        .aside(),
        Key::optional("mx", TEXTS, "Who takes mail, as AWS writes it", "[\"10 mail.acme.example\"]"),
        Key::optional(
            "ptr",
            Shape::Some(&Shape::Text(&form::HOST)),
            "The name of an address, which is one",
            "[\"app.prod.acme.internal\"]",
        ),
        Key::optional(
            "srv",
            TEXTS,
            "Where a service is, as AWS writes it",
            "[\"10 5 5060 sip.acme.example\"]",
        ),
        Key::optional("txt", TEXTS, "Texts, without quotation marks around them", "[\"v=spf1 -all\"]"),
        Key::optional(
            "ttl",
            Shape::Number(0, 2_147_483_647),
            "How long answers may be remembered, in seconds",
            "60",
        )
        .or("300"),
    ],
    with: &[],
    any: &["a", "aaaa", "caa", "cname", "mx", "ptr", "srv", "txt"],
};

static MOVED: Fields = Fields::new(&[Key::required("from", PARTS, "What its key was", "\"main\"")]);

pub(super) static RESOLVERS: Map = named(Shape::Table(&RESOLVER), PARTS, "main");

static RESOLVER: Fields = Fields {
    keys: &[
        Key::optional(
            "name",
            PARTS,
            "What AWS calls its endpoints and their security groups, where that is not its key: what \
             has been made under a name keeps it",
            "\"main\"",
        )
        .otherwise("its key")
        .aside(),
        Key::moved(Shape::Table(&MOVED), "{ from = \"main\" }"),
        Key::required("vpc", Shape::Text(&form::VPC), "The VPC that its endpoints lie in", "\"hub\""),
        Key::optional(
            "inbound",
            Shape::Boolean,
            "Whether what lies beyond asks about private names here",
            "true",
        )
        .or("false"),
        Key::optional(
            "outbound",
            Shape::Boolean,
            "Whether VPCs of this Region ask others through here",
            "true",
        )
        .or("false"),
        Key::optional(
            "query_logs",
            Shape::Text(&form::BUCKET),
            "The bucket in which is written down what all VPCs of this Region ask",
            "\"logging/archive\"",
        )
        .otherwise("nothing is written down"),
        Key::optional(
            "tags",
            organization::TAGS,
            "Its tags, over those of its account",
            "{ team = \"platform\" }",
        ),
    ],
    with: &[],
    any: &["query_logs", "inbound", "outbound"],
};

pub(super) static FORWARDS: Map = by_domain(Shape::Table(&FORWARD), "corp.acme.example");

static FORWARD: Fields = Fields::new(&[
    Key::required(
        "to",
        Shape::List(&Shape::Text(&form::TARGET)),
        "The name servers that are asked; `[]` where AWS answers below a domain that is \
         forwarded",
        "[\"192.168.10.10\", \"192.168.10.11:5353\"]",
    ),
    Key::required("segments", SEGMENTS, "The segments whose VPCs ask there", "[\"prod\", \"nonprod\"]"),
]);

pub(super) static FIREWALLS: Map = named(Shape::Table(&FIREWALL), PARTS, "bad");

static FIREWALL: Fields = Fields {
    keys: &[
        Key::optional(
            "name",
            PARTS,
            "What AWS calls its rule groups and lists, where that is not its key: what has been made \
             under a name keeps it",
            "\"bad\"",
        )
        .otherwise("its key")
        .aside(),
        Key::moved(Shape::Table(&MOVED), "{ from = \"bad\" }"),
        Key::required("account", ACCOUNT, "The account that it lies in", "\"security\""),
        Key::optional(
            "block",
            Shape::List(&Shape::Text(&form::BLOCKED)),
            "Domains that are blocked",
            "[\"*.bad.example\"]",
        )
        .or("[]"),
        Key::optional(
            "managed",
            Shape::List(&Shape::Text(&form::MANAGED_LIST)),
            "Lists of domains that AWS keeps",
            "[\"AWSManagedDomainsMalwareDomainList\"]",
        )
        .or("[]")
        .link("Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html"),
        Key::required(
            "segments",
            SEGMENTS,
            "The segments whose VPCs can't ask for them",
            "[\"prod\", \"nonprod\"]",
        ),
    ],
    with: &[],
    any: &["block", "managed"],
};
