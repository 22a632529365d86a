use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, parsed, word};
use crate::model::{Archive, Days, Lock, LockMode, Replica};
use crate::names::{AccountName, KeyRef, Located, Period, Region};

use super::key_ref;

/// When logs move to Glacier unless said otherwise: what is asked for is rarely older, and Glacier bills 90 days at
/// least. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
const GLACIER_AFTER: u64 = 90;

/// Reads `[archive]`; its buckets are encrypted under `key`, the trail's, if it says nothing else. Which that is can't be
/// told of a trail with mistakes.
pub(super) fn read(mut table: Table<'_>, key: Option<&Located<KeyRef>>) -> Option<Archive> {
    let origin = table.origin().clone();
    let account = table.required("account", parsed::<AccountName>);
    let stated = table.has("key");
    let key = table.optional("key", key_ref::read).or_else(|| key.cloned());
    if key.is_none() && !stated && !table.is_left_out("trail") {
        let help = "`key = \"key:logs\"` names one; it may be left out where `[trail]` has one";
        table.complain(table.missing("key").help(help));
    }
    let retention = table.required("retention", days);
    let glacier_after = table.optional("glacier_after", days);
    let lock = table.table("lock", lock).unwrap_or_default();
    let replica = table.table("replicate", replica);
    table.finish();
    let retention = retention?;
    let usual = || Days::of(Period::days(GLACIER_AFTER)).filter(|days| *days < retention.value);
    Some(Archive {
        account: account?,
        key: key?,
        glacier_after: glacier_after.or_else(|| Some(Located::new(usual()?, origin.clone()))),
        lock: Lock {
            mode: lock.mode.unwrap_or_else(|| Located::new(LockMode::Governance, origin.clone())),
            days: lock.days.unwrap_or_else(|| retention.clone()),
        },
        replica: replica.flatten(),
        retention,
        origin,
    })
}

/// A lock as the table states it.
#[derive(Default)]
struct LockTable {
    mode: Option<Located<LockMode>>,
    days: Option<Located<Days>>,
}

fn lock(mut table: Table<'_>) -> LockTable {
    let lock = LockTable {
        mode: table.optional("mode", word("a lock is of mode", &MODES)),
        days: table.optional("for", days),
    };
    table.finish();
    lock
}

const MODES: [(&str, LockMode); 2] =
    [("governance", LockMode::Governance), ("compliance", LockMode::Compliance)];

fn replica(mut table: Table<'_>) -> Option<Replica> {
    let origin = table.origin().clone();
    let region = table.required("region", parsed::<Region>);
    let key = table.required("key", key_ref::read);
    table.finish();
    Some(Replica { region: region?, key: key?, origin })
}

/// Whole days, as many as S3 takes.
fn days(value: Value<'_>) -> Option<Located<Days>> {
    let period = parsed::<Period>(value)?;
    if let Some(days) = Days::of(period.value) {
        return Some(Located::new(days, period.origin));
    }
    let message = format!("S3 counts in days, from one to {}", Days::MOST.get());
    value.complain(Complaint::new(&period.origin, message).help("write it like `90d` or `7y`"))
}
