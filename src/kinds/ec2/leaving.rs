//! Taking away what others still use.

use crate::{
    aws,
    engine::error::{Class, Result},
};

/// What AWS answers where something else still uses it.
const IN_USE: &[&str] = &["DependencyViolation", "ResourceInUse", "PrefixListInUse"];

/// The answer of a call that deletes. What is [still used][used] goes once its users are gone: those go at the same time,
/// and AWS shows the network interfaces of endpoints and load balancers for a while after them.
///
/// [used]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
pub(super) fn leaving<T>(answer: Result<T>) -> Result<T> {
    answer.map_err(|mut error| {
        if aws::code(&error).is_some_and(|code| IN_USE.contains(&code)) {
            error.class = Class::NotYet;
        }
        error
    })
}
