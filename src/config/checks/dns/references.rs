//! What the tables speak of: VPCs, segments, domains.

use crate::config::complaint::{Complaint, Sink};
use crate::model::{LandingZone, Vpc};
use crate::names::{DomainName, Located, SegmentName, VpcName};

/// The VPC of this name, or a complaint.
pub(super) fn vpc<'z>(zone: &'z LandingZone, name: &Located<VpcName>, sink: &Sink) -> Option<&'z Vpc> {
    let known = &zone.network.vpcs;
    if !known.contains_key(&name.value) && !sink.has_left_out("vpc", name.as_str()) {
        let complaint = Complaint::new(&name.origin, format!("there is no VPC `{name}`"));
        sink.push(complaint.nearest(name.as_str(), known.keys().map(VpcName::as_str)));
    }
    known.get(&name.value)
}

/// Complains of segments that are not there, and of none at all; warns of those without a VPC.
pub(super) fn segments(
    zone: &LandingZone,
    (table, origin): (&str, &crate::names::Origin),
    names: &[Located<SegmentName>],
    sink: &Sink,
) {
    let known = zone.network.transit.as_ref().map(|transit| &transit.segments);
    let known: Vec<_> = known.into_iter().flat_map(|segments| segments.keys()).collect();
    if names.is_empty() {
        sink.push(Complaint::new(origin, format!("`{table}` is for no segment: `segments` is empty")));
    }
    let is_left_out = |name: &SegmentName| {
        sink.has_left_out_whole("transit") || sink.has_left_out("segments", name.as_str())
    };
    for name in names.iter().filter(|name| !is_left_out(name)) {
        if !known.contains(&&name.value) {
            let complaint = Complaint::new(&name.origin, format!("there is no segment `{name}`"));
            let complaint = complaint.nearest(name.as_str(), known.iter().map(|known| known.as_str()));
            sink.push(complaint);
        } else if zone.network.members(&name.value).next().is_none() {
            sink.push(Complaint::warning(&name.origin, format!("no VPC is in the segment `{name}`")));
        }
    }
}

/// Domains that are AWS's own: whoever answers for one of them in AWS's place hides its endpoints, and the names of
/// instances.
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
const OF_AWS: [&str; 9] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "on.aws",
    "compute.internal",
    "ec2.internal",
];

/// Complains of a domain that is AWS's own, or holds one that is.
pub(super) fn not_of_aws(name: &Located<DomainName>, sink: &Sink) {
    let clash = OF_AWS.iter().find(|own| {
        own.parse::<DomainName>().is_ok_and(|own| name.value.is_within(&own) || own.is_within(&name.value))
    });
    if let Some(own) = clash {
        let message = format!("AWS answers for `{own}` itself: its endpoints would not be found any more");
        let help =
            "private names of endpoints come with `endpoints` of a VPC; choose a domain of your own here";
        sink.push(Complaint::new(&name.origin, message).help(help));
    }
}
