//! Through Transit Gateways.

use super::{
    fabric::{Far, Id},
    names::{called, short},
    path::End,
    walk::{Walk, stop},
};

impl Walk<'_> {
    /// From an attachment that is not ours, through the gateway it is attached to.
    pub(super) fn begin_beyond(&mut self, attachment: &Id) -> End {
        let gateway = self.fabric.attachments.get(attachment).and_then(|known| known.gateways.first());
        match gateway {
            Some(gateway) => self.transit(gateway, attachment),
            None => stop(attachment, "is attached to no gateway of the landing zone"),
        }
    }

    /// Through a gateway, having come in by an attachment: the table that the attachment is associated with decides.
    pub(super) fn transit(&mut self, gateway: &Id, by: &Id) -> End {
        if !self.seen.insert((gateway.clone(), by.clone())) {
            return stop(gateway, "was here before: this is a circle");
        }
        let Some(table) = self.fabric.associations.get(&(gateway.clone(), by.clone())) else {
            return stop(by, "is associated with no table: what comes in by it is dropped");
        };
        let Some(route) = self.fabric.transit_route(table, self.ends.to) else {
            return stop(table, format!("has no route to {}", self.ends.to));
        };
        let range = route.range;
        let Some(next) = &route.to else {
            return stop(table, format!("drops it: {range} is a blackhole"));
        };
        let how = if route.is_static { "" } else { ", which makes it known" };
        self.led(table, format!("{range} leads to the {}{how}", called(next)));
        self.out_of(gateway, next)
    }

    /// Out of a gateway by an attachment.
    fn out_of(&mut self, gateway: &Id, by: &Id) -> End {
        let Some(attachment) = self.fabric.attachments.get(by) else {
            return End::Open(by.clone(), "is beyond what is known here".to_owned());
        };
        match &attachment.far {
            Far::Vpc(vpc, doors) => self.into(vpc, by, doors),
            Far::Peering => match attachment.gateways.iter().find(|other| *other != gateway) {
                Some(other) => self.transit(other, by),
                None => End::Open(by.clone(), "leads to a gateway that is not known here".to_owned()),
            },
            Far::External => match self.fabric.external_at(by, self.ends.to) {
                Some(_) => End::Beyond(by.clone()),
                None => stop(by, format!("does not lead to {}", self.ends.to)),
            },
        }
    }

    /// Into a VPC, by the attachment's subnet in the zone that packets come from, where it has one there: its table
    /// decides where they go.
    fn into(&mut self, vpc: &Id, attachment: &Id, doors: &[Id]) -> End {
        let same = |door: &&Id| self.fabric.subnets.get(*door).is_some_and(|door| door.zone == self.zone);
        match doors.iter().find(same).or_else(|| doors.first()) {
            Some(door) => self.leave(door),
            None => stop(attachment, format!("has no subnet in {}", short(vpc))),
        }
    }
}
