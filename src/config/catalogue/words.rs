//! Words, most of them from where the readers have them too.

use super::Words;
use crate::model::{EndpointService, ViaService, data_event_types};
use crate::names::{Region, Service};

pub(super) static REGION: Words = Words {
    noun: ("the name of a Region", "names of Regions"),
    list: || Region::all().map(|region| region.as_str().to_owned()).collect(),
};
pub(super) static DELEGABLE: Words = Words {
    noun: ("a service that lets a member account administer it", ""),
    list: || Service::delegable_names().map(str::to_owned).collect(),
};
pub(super) static VIA: Words = Words {
    noun: ("a service that uses keys for its callers", "services that use keys for their callers"),
    list: || ViaService::names().map(str::to_owned).collect(),
};
pub(super) static ENDPOINT: Words = Words {
    noun: ("a service that has endpoints", "services that have endpoints"),
    list: || EndpointService::names().map(str::to_owned).collect(),
};
pub(super) static DATA_EVENT: Words =
    Words { noun: ("a type of resources that has data events", ""), list: || data_event_types().collect() };
pub(super) static EXPECT: Words = Words { noun: ("a word", ""), list: || owned(&["allow", "deny"]) };
pub(super) static REMOVED: Words = Words { noun: ("a word", ""), list: || owned(&["removed", "kept"]) };
pub(super) static LOCK: Words = Words { noun: ("a mode", ""), list: || owned(&["governance", "compliance"]) };
pub(super) static FREQUENCY: Words = Words { noun: ("a word", ""), list: || owned(&["continuous", "daily"]) };

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
