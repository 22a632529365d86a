//! What EC2's refusals mean for what was seen, or let go of, a moment ago.

use std::time::Duration;

use crate::{
    aws,
    engine::{error::Result, kind::Timing},
};

/// For what is made at once and goes once AWS has let go of it: the interface of a NAT gateway holds on to its subnet, its
/// address and the VPC's internet gateway for a while after it is deleted.
pub(in crate::kinds) const FREED: Timing = Timing {
    typical: Timing::INSTANT.typical,
    deadline: Duration::from_mins(5),
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html: deleted within minutes",
};

/// The codes for what is still in use.
const IN_USE: [&str; 4] =
    ["DependencyViolation", "IncorrectState", "InvalidIPAddress.InUse", "InvalidAddress.InUse"];

/// The answer of a call that deletes: what held on to it may have been deleted a moment ago.
pub(in crate::kinds) fn freed<T>(answer: Result<T>) -> Result<T> {
    aws::later(answer, &IN_USE)
}
