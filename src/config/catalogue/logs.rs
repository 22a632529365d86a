//! What becomes of logs: `[trail]`, `[archive]`, `[logs]`, `[config]`.

use super::{Fields, Key, Shape, form, words};

const PERIOD: Shape = Shape::Text(&form::PERIOD);
const KEY: Shape = Shape::Text(&form::KEY);
const BUCKET: Shape = Shape::Text(&form::BUCKET);
const ACCOUNT: Shape = Shape::Text(&form::ACCOUNT);

const RETENTIONS: &str = "AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";

pub(super) static TRAIL: Fields = Fields::new(&[
    Key::required("archive", BUCKET, "The bucket that it delivers into", "\"logging/archive\""),
    Key::required(
        "key",
        KEY,
        "The key that its files, its log group and its topics are encrypted under",
        "\"key:logs\"",
    ),
    Key::optional(
        "cloudwatch",
        Shape::Boolean,
        "Whether it is written into a log group as well, in the account that makes it",
        "false",
    )
    .or("true"),
    Key::optional(
        "retention",
        PERIOD,
        "How long its log group keeps events: one of the lengths that CloudWatch Logs \
         knows",
        "\"400d\"",
    )
    .otherwise("that of `[logs]`, else a year")
    .link(RETENTIONS),
    Key::optional(
        "alarms",
        Shape::Boolean,
        "Whether the security contact is told of what the CIS AWS Foundations Benchmark \
         watches for, and of uses of break-glass roles",
        "false",
    )
    .otherwise("`true` where there is a log group"),
    Key::optional(
        "insights",
        Shape::Boolean,
        "Whether it records unusual rates of calls and of errors",
        "true",
    )
    .or("false")
    .link("awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html"),
    Key::optional("sns", Shape::Boolean, "Whether a topic tells of each file", "true").or("false"),
    Key::optional(
        "data_events",
        Shape::List(&Shape::Table(&DATA_EVENTS)),
        "Calls on single resources that it records besides",
        "[{ type = \"AWS::S3::Object\", resources = [\"arn:aws:s3:::orders/\"] }]",
    )
    .or("[]")
    .link("awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"),
]);

static DATA_EVENTS: Fields = Fields::new(&[
    Key::required(
        "type",
        Shape::Word(&words::DATA_EVENT),
        "The type of the resources",
        "\"AWS::S3::Object\"",
    ),
    Key::optional(
        "resources",
        Shape::List(&Shape::Text(&form::ARN)),
        "How the ARNs of the resources begin",
        "[\"arn:aws:s3:::orders/\"]",
    )
    .otherwise("all resources of the type"),
    Key::optional("write_only", Shape::Boolean, "Whether calls that only read are left out", "true")
        .or("false"),
]);

pub(super) static ARCHIVE: Fields = Fields::new(&[
    Key::required("account", ACCOUNT, "The account that the buckets lie in", "\"logging\""),
    Key::optional("key", KEY, "The key that what is kept is encrypted under", "\"key:logs\"")
        .otherwise("that of `[trail]`"),
    Key::required(
        "retention",
        PERIOD,
        "How long logs are kept, in whole days; then current and older versions expire",
        "\"7y\"",
    ),
    Key::optional("glacier_after", PERIOD, "When logs move to Glacier, in whole days", "\"30d\"")
        .otherwise("`\"90d\"`; nothing moves that expires before")
        .link("AmazonS3/latest/userguide/storage-class-intro.html"),
    Key::optional(
        "lock",
        Shape::Table(&LOCK),
        "How long nobody can delete what was delivered",
        "{ mode = \"governance\", for = \"1y\" }",
    )
    .otherwise("governance, as long as the retention")
    .link("AmazonS3/latest/userguide/object-lock.html"),
    Key::optional(
        "replicate",
        Shape::Table(&REPLICATE),
        "A copy in another Region, locked as long",
        "{ region = \"ap-southeast-4\", key = \"key:logs-replica\" }",
    ),
]);

static LOCK: Fields = Fields::new(&[
    Key::optional(
        "mode",
        Shape::Word(&words::LOCK),
        "Whether Landfall's role and the roles for emergencies can shorten it \
         (`governance`), or nobody at all, AWS included (`compliance`)",
        "\"compliance\"",
    )
    .or("\"governance\""),
    Key::optional("for", PERIOD, "How long it lasts, in whole days", "\"1y\"")
        .otherwise("as long as the retention"),
]);

static REPLICATE: Fields = Fields::new(&[
    Key::required("region", Shape::Word(&words::REGION), "The Region of the copy", "\"ap-southeast-4\""),
    Key::required(
        "key",
        KEY,
        "The key of that Region that it is encrypted under; the copy lies in the account \
         of this key",
        "\"key:logs-replica\"",
    ),
]);

pub(super) static LOGS: Fields = Fields::new(&[
    Key::optional(
        "forward",
        Shape::List(&Shape::Text(&form::LOG_GROUPS)),
        "The log groups of all accounts and Regions in use that are forwarded to the \
         archive, besides the landing zone's own",
        "[\"/aws/lambda/*\", \"/aws/eks/*\"]",
    )
    .or("[]"),
    Key::optional(
        "delivery",
        Shape::Boolean,
        "Whether services may deliver their logs into log groups of every account",
        "true",
    )
    .or("false")
    .link("AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html"),
    Key::optional(
        "retention",
        PERIOD,
        "How long the landing zone's own log groups keep events, unless said where they \
         are asked for: one of the lengths that CloudWatch Logs knows",
        "\"90d\"",
    )
    .otherwise("a year")
    .link(RETENTIONS),
]);

pub(super) static CONFIG: Fields = Fields::new(&[
    Key::optional(
        "aggregator",
        ACCOUNT,
        "The account that shows what is recorded in all others; AWS Config is delegated \
         to it",
        "\"security\"",
    )
    .otherwise("nothing is gathered"),
    Key::optional(
        "frequency",
        Shape::Word(&words::FREQUENCY),
        "Whether each change is recorded when it happens, or once a day what has changed \
         since",
        "\"daily\"",
    )
    .or("\"continuous\"")
    .link("config/latest/developerguide/select-resources-recording-frequency.html"),
]);
