//! A kind that panics has failed, and nothing else has.

use std::{any::Any, future::Future, panic::AssertUnwindSafe};

use futures::FutureExt as _;

use super::error::{Class, Error, Result};

/// Does `work` and turns a panic in it into an error. What the work shares with others is either not changed by it or
/// changed at once, so that none of it is left half done.
pub(super) async fn guarded<T>(kind: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(kind, &*panic)))
}

fn panicked(kind: &str, panic: &(dyn Any + Send)) -> Error {
    let said = panic.downcast_ref::<&str>().map(ToString::to_string);
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
    Error::new(Class::Final, format!("`{kind}` came upon what must never happen"))
        .fact("panic", said.unwrap_or_else(|| "without a message".to_owned()))
        .hint("this is a defect of the program: please report it")
}
