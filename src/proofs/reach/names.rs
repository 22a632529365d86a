//! What resources are called where people read of them.

use crate::engine::graph::Address;

/// The name of a resource within its place and kind; all of it where it is no address.
pub(super) fn short(id: &str) -> &str {
    Address::parts(id).map_or(id, |(_, name)| name)
}

/// The kind and the name of a resource: `route table prod/data`; what AWS calls it where it is no address.
pub(super) fn called(id: &str) -> String {
    Address::parts(id).map_or_else(|| id.to_owned(), |(kind, name)| format!("{} {name}", words(kind)))
}

fn words(kind: &str) -> String {
    let kind = if kind == "vpc" { "VPC" } else { kind };
    kind.replace('-', " ")
        .replace("acl", "ACL")
        .replace("nat ", "NAT ")
        .replace("transit gateway", "Transit Gateway")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_in_words() {
        let told = |kind: &str| called(&format!("prod/ap-southeast-2/ec2/{kind}/prod/data"));
        assert_eq!(told("route-table"), "route table prod/data");
        assert_eq!(told("network-acl"), "network ACL prod/data");
        assert_eq!(told("nat-gateway"), "NAT gateway prod/data");
        assert_eq!(told("transit-gateway-route-table"), "Transit Gateway route table prod/data");
        assert_eq!((called("pcx-1"), short("pcx-1")), ("pcx-1".to_owned(), "pcx-1"));
    }
}
