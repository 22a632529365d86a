//! Amazon Route 53: private hosted zones, the VPCs that ask them, and their records.

mod zones;

pub mod hosted_zone;
pub mod record;
pub mod zone_association;

pub use hosted_zone::HostedZone;
pub use record::Record;
pub use zone_association::ZoneAssociation;
