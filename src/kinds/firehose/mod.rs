//! Amazon Data Firehose: what brings log events into the archive.

pub mod delivery_stream;

pub use delivery_stream::DeliveryStream;
