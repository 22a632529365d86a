use std::net::Ipv4Addr;

use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, parsed, text};
use crate::model::Dhcp;
use crate::names::{DomainName, Located};

/// The most values of one option: <https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html>.
const MOST: usize = 4;

/// What instances learn by DHCP: `{ domain_name = "prod.acme.internal", domain_name_servers = ["10.0.0.2"] }`.
pub(super) fn read(mut table: Table<'_>) -> Option<Dhcp> {
    let origin = table.origin().clone();
    let domain_name = table.optional("domain_name", parsed::<DomainName>);
    let servers = table.optional("domain_name_servers", at_most(server)).unwrap_or_default();
    let ntp_servers = table.optional("ntp_servers", at_most(address)).unwrap_or_default();
    let says_nothing =
        !["domain_name", "domain_name_servers", "ntp_servers"].iter().any(|key| table.has(key));
    if says_nothing {
        let complaint = Complaint::new(&origin, "there is nothing for instances to learn");
        table.complain(complaint.help("leave `dhcp` out, and they learn what AWS says"));
    }
    table.finish();
    let domain_name = domain_name.map(|name| Located::new(name.to_string(), name.origin));
    (!says_nothing).then_some(Dhcp { domain_name, domain_name_servers: servers, ntp_servers, origin })
}

fn at_most<'a>(
    read: impl Fn(Value<'a>) -> Option<Located<String>> + Copy,
) -> impl Fn(Value<'a>) -> Option<Vec<Located<String>>> {
    move |value| {
        let found = list(read)(value)?;
        if found.len() > MOST {
            let message = format!("AWS takes {MOST} of them, and there are {}", found.len());
            return value.complain(Complaint::new(&value.origin(), message));
        }
        Some(found)
    }
}

fn server(value: Value<'_>) -> Option<Located<String>> {
    let server = text(value)?;
    if *server == Dhcp::AMAZON { Some(server) } else { address(value) }
}

fn address(value: Value<'_>) -> Option<Located<String>> {
    let address = text(value)?;
    if address.parse::<Ipv4Addr>().is_ok() {
        return Some(address);
    }
    let complaint = Complaint::new(&address.origin, format!("`{address}` is no IPv4 address"));
    value.complain(complaint.help(format!("name servers are addresses, or `{}`", Dhcp::AMAZON)))
}
