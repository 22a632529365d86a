//! What the cases of the network share.

use aws_sdk_ec2::types::Filter;

use super::done;
use crate::support::Behind;

pub const HOME: &str = "ap-southeast-2";

/// The id of what carries an address of the account `dev`, without its beginning: `ec2/vpc/lab`.
pub fn id(behind: &Behind, address: &str) -> String {
    let address = format!("dev/{HOME}/{address}");
    let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
    let call = behind.member("dev").ec2(HOME).describe_tags();
    let call = call.filters(filter("key", "landfall:address")).filters(filter("value", &address));
    let tags = done(call.send()).tags.unwrap_or_default();
    let tag = tags.into_iter().next().unwrap_or_else(|| panic!("nothing is called {address}"));
    tag.resource_id.expect("a tag is on something")
}
