//! `[[assert]]`

use super::{Section, section::inline};
use crate::model::{Assertion, Claim, Reach};

pub(super) fn section(assertion: &Assertion) -> Section {
    let Assertion { name, claim, expect, origin } = assertion;
    let mut section = Section::new(["assert"], origin).element();
    section.text("name", name);
    let Claim::Reach(Reach { from, to, port, origin: _ }) = claim;
    let members = [
        ("from", Some(from.to_string().into())),
        ("to", Some(to.to_string().into())),
        ("port", port.as_ref().map(|port| port.value.into())),
    ];
    section.put("reach", inline(members), [&from.origin, &to.origin]);
    section.put("expect", expect.as_str(), [&expect.origin]);
    section
}
