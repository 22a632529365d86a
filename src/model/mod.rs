//! What a landing zone is, once its TOML has been read, its baselines merged into its accounts and its defaults
//! filled in. Plain data: every value that an error or a drift may point at says where it is written.

mod access;
mod account;
mod archive;
mod assertion;
mod contact;
mod data_event;
mod delegation;
mod filled;
mod key;
mod key_service;
mod landing_zone;
mod logs;
mod network;
mod organization;
mod password;
mod policy;
mod problem;
mod provider;
mod quota;
mod recording;
mod role;
mod symbol;
mod trail;
mod trust;
mod unit;

pub use access::Access;
pub use account::{Account, DefaultVpcs};
pub use archive::{Archive, Days, Lock, LockMode, Replica};
pub use assertion::{Assertion, Claim, Expect, Reach};
pub use contact::{Contact, ContactType, Contacts};
pub use data_event::{data_event_types, is_data_event_type};
pub use delegation::Delegation;
pub use filled::filled;
pub use key::{Intent, Key, KeyId, Party, Rotation};
pub use key_service::{KeyService, ViaService};
pub use landing_zone::LandingZone;
pub use logs::{Logs, Retention};
pub use network::{
    Attached, Dhcp, DnsFirewall, Egress, Endpoint, EndpointKind, EndpointService, External, FlowLogs,
    Forward, Gateway, GatewayTable, HostedZone, Layout, Leads, Network, Part, Pool, Record, Resolver,
    Segment, Target, Tier, Transit, Unknown, Vpc, gateways, to_gateway,
};
pub use organization::{Organization, RootCredentials, Tags};
pub use password::PasswordPolicy;
pub use policy::{GENERATED, GENERATED_FOR_ARCHIVE, Policies, PolicyFile, PolicyId, PolicyRef, PolicyType};
pub use problem::{Detail, Problem};
pub use provider::{IdentityProvider, Provider};
pub use quota::{DnsQuotas, IamQuotas, NetworkQuotas, PolicyQuota, TransitQuotas};
pub use recording::{Frequency, Recording};
pub use role::{Require, Role};
pub use symbol::{Symbol, symbols};
pub use trail::{DataEvents, Trail};
pub use trust::Trust;
pub use unit::Unit;
