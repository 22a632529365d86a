//! Private zones, resolvers, what is forwarded and what is blocked: that they lie somewhere, that VPCs can ask them, and
//! that none stands in another's light.

mod firewalls;
mod forwards;
mod references;
mod resolvers;
mod zones;

pub(super) use firewalls::check as check_firewalls;
pub(super) use forwards::check as check_forwards;
pub(super) use resolvers::check as check_resolvers;
pub(super) use zones::check as check_zones;
