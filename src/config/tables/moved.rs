use std::str::FromStr;

use crate::config::decode::{Table, parsed};
use crate::names::{Invalid, Located};

/// `moved = { from = "old-key" }`.
pub(super) fn read<T: FromStr<Err = Invalid>>(mut table: Table<'_>) -> Option<Located<T>> {
    let from = table.required("from", parsed::<T>);
    table.finish();
    from
}
