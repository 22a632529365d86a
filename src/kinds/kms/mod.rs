//! Key Management Service: keys, their replicas in other Regions, and the aliases by which both are called.
//!
//! There is no kind for grants. A key policy says all that the services of this landing zone need, and the services
//! that work by grants (EBS, RDS, Auto Scaling …) make them on their own where the policy allows `kms:CreateGrant` for
//! an AWS resource. One documented case can't be said in a policy: an Auto Scaling group that launches from a key of
//! [another account][autoscaling], whose service-linked role nobody can give a policy. Such a grant belongs to the
//! account with the group and comes and goes with it.
//!
//! [autoscaling]: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html

mod edit;
mod held;
mod inventory;
mod search;
mod strangers;

pub mod alias;
pub mod key;
pub mod replica_key;

pub use alias::Alias;
pub use key::Key;
pub use replica_key::ReplicaKey;

/// How many keys are asked about at the same time.
const AT_ONCE: usize = 8;
