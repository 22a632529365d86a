//! Amazon CloudWatch: alarms.

pub mod alarm;

pub use alarm::Alarm;
