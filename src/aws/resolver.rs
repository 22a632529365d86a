//! From host names to addresses. Two sorts of names never leave this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};

/// The system's resolver, but for the names that services make of a local address by putting an account or a bucket in
/// front of it, as S3 Control does with `AWS_ENDPOINT_URL`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver;

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        if let Some(addresses) = local(name) {
            return DnsFuture::ready(Ok(addresses));
        }
        DnsFuture::new(async move {
            let found = tokio::net::lookup_host((name, 0)).await.map_err(ResolveDnsError::new)?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The addresses of `111122223333.localhost` and of `111122223333.127.0.0.1`.
///
/// All below `localhost` is [this machine][localhost], which not every system's resolver knows. Nor can a name end like
/// an IPv4 address: no [top-level domain][digits] consists of digits.
///
/// [localhost]: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
/// [digits]: https://www.rfc-editor.org/rfc/rfc3696#section-2
fn local(name: &str) -> Option<Vec<IpAddr>> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let dots: Vec<_> = name.rmatch_indices('.').map(|(at, _)| at).collect();
    let address = dots.get(3).map(|at| &name[at + 1..])?;
    address.parse().ok().map(|address: Ipv4Addr| vec![address.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_in_front_of_a_local_address_is_that_address() {
        let loopback: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        for name in ["localhost", "111122223333.localhost", "a.b.LocalHost."] {
            assert_eq!(local(name), Some(loopback.clone()), "{name}");
        }
        assert_eq!(local("111122223333.127.0.0.1"), Some(vec![Ipv4Addr::LOCALHOST.into()]));
        assert_eq!(local("111122223333.10.1.2.3"), Some(vec![Ipv4Addr::new(10, 1, 2, 3).into()]));
    }

    #[test]
    fn everybody_elses_names_are_the_systems_business() {
        for name in [
            "s3.amazonaws.com",
            "localhost.example",
            "notlocalhost",
            "1.2.3",
            "a.1.2.3.256",
            "127.0.0.1.example",
        ] {
            assert_eq!(local(name), None, "{name}");
        }
    }
}
