//! Account Management: an account's Regions and alternate contacts. Asked for in the account itself, so that neither
//! trusted access nor an account id is needed, and the management account is no exception.

pub mod alternate_contact;
pub mod region;

pub use alternate_contact::AlternateContact;
pub use region::Region;
