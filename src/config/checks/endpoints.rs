//! Endpoints of VPCs: that each is one of a service that has any, and that a VPC has no more than AWS takes.

use super::{Complaint, LandingZone, Sink};
use crate::model::{EndpointKind, EndpointService, NetworkQuotas, Vpc};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for vpc in landing_zone.network.vpcs.values() {
        check_services(vpc, sink);
        check_number(vpc, sink);
    }
}

fn check_services(vpc: &Vpc, sink: &Sink) {
    for stated in vpc.endpoints.iter().filter(|stated| EndpointService::named(stated).is_none()) {
        // Whoever copies it from AWS has the whole name.
        let short = stated.split('.').skip(3).collect::<Vec<_>>().join(".");
        let is_whole = stated.starts_with("com.amazonaws.") && EndpointService::named(&short).is_some();
        let complaint =
            Complaint::new(&stated.origin, format!("no service with endpoints is called `{stated}`"));
        sink.push(if is_whole {
            complaint.help(format!("`{short}` is enough: the Region is that of the VPC"))
        } else {
            complaint.nearest(stated, EndpointService::names())
        });
    }
}

fn check_number(vpc: &Vpc, sink: &Sink) {
    let is_interface = |name: &str| {
        EndpointService::named(name).is_some_and(|service| service.kind() == EndpointKind::Interface)
    };
    let mut interfaces = vpc.endpoints.iter().filter(|stated| is_interface(stated));
    if let Some(first) = interfaces.nth(NetworkQuotas::INTERFACE_ENDPOINTS) {
        let most = NetworkQuotas::INTERFACE_ENDPOINTS;
        let message = format!("AWS takes {most} interface endpoints in a VPC, and this is one more");
        let help = "leave out what the way to the internet is good enough for";
        sink.push(Complaint::new(&first.origin, message).help(help));
    }
}
