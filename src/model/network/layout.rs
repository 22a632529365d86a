use super::Tier;
use crate::names::{Cidr, ZoneId};

/// Where in a VPC's range each subnet lies.
///
/// A tier has a part of the range that depends on nothing but the range, and a zone has the place of its number in it:
/// so a tier or a zone that is added never moves what exists. The application tier has the first half, the data tier the
/// third quarter, the DMZ the seventh eighth; the last eighth is left over but for its end, in which the Transit
/// Gateway's attachment has a /28 for each zone.
#[derive(Clone, Copy, Debug)]
pub struct Layout(Cidr);

/// The prefix of the subnets that the Transit Gateway is attached to.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html>
const GATEWAY: u8 = 28;

/// The numbers of zones there is room for at the end: those of the Region with the most.
const ZONES: u32 = 8;

impl Layout {
    /// The layout of a VPC with this range.
    pub const fn new(vpc: Cidr) -> Self {
        Self(vpc)
    }

    /// The part of the range that belongs to a tier; nothing if the range can't be parted so.
    pub fn tier(self, tier: Tier) -> Option<Cidr> {
        let (bits, index) = match tier {
            Tier::Application => (1, 0),
            Tier::Data => (2, 2),
            Tier::Dmz => (3, 6),
        };
        self.0.part(self.0.prefix().checked_add(bits)?, index)
    }

    /// A tier's subnet in a zone; nothing if the tier's part has no room for it.
    pub fn subnet(self, tier: Tier, prefix: u8, zone: ZoneId) -> Option<Cidr> {
        self.tier(tier)?.part(prefix, u32::from(zone.number()) - 1)
    }

    /// The subnet of the Transit Gateway's attachment in a zone; nothing if there is no room for it.
    pub fn gateway(self, zone: ZoneId) -> Option<Cidr> {
        let end = self.0.part(self.0.prefix().checked_add(3)?, 7)?;
        let slots = 1_u32.checked_shl(u32::from(GATEWAY.checked_sub(end.prefix())?))?;
        end.part(GATEWAY, slots.checked_sub(ZONES)? + u32::from(zone.number()) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(text: &str) -> ZoneId {
        text.parse().expect("a zone")
    }

    #[test]
    fn parts_do_not_overlap_and_do_not_move() {
        let layout = Layout::new("10.32.0.0/16".parse().expect("a range"));
        let subnet = |tier, prefix, az| layout.subnet(tier, prefix, zone(az)).expect("room").to_string();
        assert_eq!(subnet(Tier::Application, 20, "apse2-az1"), "10.32.0.0/20");
        assert_eq!(subnet(Tier::Application, 20, "apse2-az3"), "10.32.32.0/20");
        assert_eq!(subnet(Tier::Data, 22, "apse2-az1"), "10.32.128.0/22");
        assert_eq!(subnet(Tier::Dmz, 24, "apse2-az2"), "10.32.193.0/24");
        assert_eq!(layout.gateway(zone("apse2-az1")).expect("room").to_string(), "10.32.255.128/28");
        assert_eq!(layout.gateway(zone("use1-az6")).expect("room").to_string(), "10.32.255.208/28");
    }

    #[test]
    fn what_does_not_fit_is_nowhere() {
        let layout = Layout::new("10.32.0.0/22".parse().expect("a range"));
        assert!(layout.subnet(Tier::Application, 24, zone("apse2-az2")).is_some());
        assert!(layout.subnet(Tier::Application, 24, zone("apse2-az3")).is_none());
        assert!(layout.subnet(Tier::Data, 23, zone("apse2-az1")).is_none());
        assert!(layout.gateway(zone("apse2-az3")).is_some());
        assert!(Layout::new("10.32.0.0/23".parse().expect("a range")).gateway(zone("apse2-az3")).is_none());
    }
}
