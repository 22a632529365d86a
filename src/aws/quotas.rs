//! What AWS allows an account in number, as Service Quotas tells it.

use super::{
    call::{call, unless},
    clients::Aws as _,
};
use crate::{
    engine::{at::At, error::Result, graph::Place},
    names::{Partition, Region},
};

/// How many AWS allows; nothing where it keeps to the default.
///
/// <https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html>
pub async fn quota(at: &At<'_>, (service, code): (&str, &str)) -> Result<Option<u64>> {
    let client = at.servicequotas().await?;
    let get = client.get_service_quota().service_code(service).quota_code(code);
    let answer = call(at, "GetServiceQuota", get.send()).await;
    let value = unless(answer, &["NoSuchResourceException"])?.and_then(|answer| answer.quota?.value);
    // What is counted is whole, not negative, and far below what a float no longer holds exactly.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    let whole = |value: f64| value.max(0.0) as u64;
    Ok(value.map(whole))
}

/// Where the quotas of a place are asked for: those that hold for all Regions, in one of each partition.
/// <https://docs.aws.amazon.com/general/latest/gr/servicequotas.html>
pub fn seat_of_quotas(place: &Place, home: Region) -> Place {
    let seat = match home.partition() {
        Partition::Commercial => "us-east-1",
        Partition::Government => "us-gov-west-1",
        Partition::China => "cn-north-1",
        Partition::Sovereign => "eusc-de-east-1",
    };
    Place { account: place.account.clone(), region: place.region.or_else(|| seat.parse().ok()) }
}
