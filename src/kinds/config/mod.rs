//! AWS Config: what every resource looks like, and looked like.
//!
//! Config wants its parts in an order that goes in a circle only if they are taken for one thing: a delivery channel
//! needs a [recorder to be there][channel], and a recorder [starts only where there is a channel][start]. So whether it
//! records is a node of its own, [`Recording`], behind [`Recorder`] and [`DeliveryChannel`]; it is also the only one of
//! the three that somebody who wants to hide something has to touch.
//!
//! [channel]: https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html
//! [start]: https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigurationRecorder.html

pub mod aggregator;
pub mod delivery_channel;
pub mod recorder;
pub mod recording;

pub use aggregator::Aggregator;
pub use delivery_channel::DeliveryChannel;
pub use recorder::Recorder;
pub use recording::Recording;

/// What the recorder and the channel are called that Config's console makes, and ours. AWS allows one of each in an
/// account and Region, and can't rename them: one that has another name keeps it.
const DEFAULT: &str = "default";
