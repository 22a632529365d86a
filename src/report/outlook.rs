//! What lies ahead of a plan: how long an apply takes, and how many calls.

use std::ptr;

use super::{
    page::{Line, Page},
    style::Label,
    words::{count, number, plural, roughly},
};
use crate::engine::{
    estimate::Estimate,
    quota::{Counted, Load, Near, Others, Per},
};

/// What is known of an apply before it begins.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// What it takes; none if there is nothing to do.
    pub estimate: Option<Estimate>,
    /// What AWS allows, where it comes near that.
    pub quotas: Vec<Near>,
}

impl Outlook {
    /// What comes near what AWS allows: each in a sentence without its full stop, behind the last of each quota how to get
    /// more, and whether it is beyond.
    pub fn told(&self) -> Vec<(String, Option<String>, bool)> {
        let quotas = self.quotas.chunk_by(|one, next| ptr::eq(one.load.quota, next.load.quota));
        let told = |nears: &[Near]| {
            let last = nears.len() - 1;
            let tell = |(at, near): (usize, &Near)| {
                (load(near), more(nears).filter(|_| at == last), near.is_broken())
            };
            nears.iter().enumerate().map(tell).collect::<Vec<_>>()
        };
        quotas.flat_map(told).collect()
    }

    /// What there will be more of than AWS allows, each in a sentence without its full stop.
    pub fn broken(&self) -> Vec<String> {
        self.quotas.iter().filter(|near| near.is_broken()).map(load).collect()
    }
}

/// `6 VPCs in prod/ap-southeast-2 (4 there, 2 to be made), and AWS allows 5`
fn load(near: &Near) -> String {
    let Near { load: load @ Load { quota, count: many, .. }, limit, is_told, seat: _ } = near;
    let default = if *is_told || quota.is_fixed { "" } else { " by default" };
    let told = |value: u64| number(count(value));
    let others = match load.others {
        Others::Counted(0) | Others::Fresh(0) | Others::None => String::new(),
        Others::Counted(there) => format!(" ({} there, {} to be made)", told(there), told(many - there)),
        Others::Fresh(own) => format!(" ({} that AWS makes, {} to be made)", told(own), told(many - own)),
        Others::Unseen => " (without those of others)".to_owned(),
    };
    let [many, limit] = [*many, *limit].map(told);
    format!("{many} {} in {}{others}, and AWS allows {limit}{default}", quota.what, within(load))
}

/// In what they are: `prod/ap-southeast-2`, `use1-az1 of prod/us-east-1`, `the organization`.
fn within(load: &Load) -> String {
    let Load { quota, place, of, .. } = load;
    match (of, quota.of) {
        (Some(of), Counted::Kind(_, Per::Region)) => format!("{of} of {place}"),
        (Some(of), _) => of.to_string(),
        (None, Counted::Kind(_, Per::Organization)) => "the organization".to_owned(),
        (None, _) if place.region.is_none() => place.account.to_string(),
        (None, _) => place.to_string(),
    }
}

/// How to get more of what one quota counts, wherever it is come near. Each account asks for itself, in each Region, and
/// only once it is there.
fn more(nears: &[Near]) -> Option<String> {
    let [Near { load: Load { quota, place, .. }, seat, .. }, others @ ..] = nears else { return None };
    let Some((service, code)) = quota.code else {
        let told = if quota.is_fixed {
            "AWS allows nobody more"
        } else {
            "AWS Support knows whether it allows more"
        };
        return Some(format!("{told}: {}", quota.source));
    };
    let is_unborn = nears.iter().any(|near| near.load.is_unborn);
    let is_here = |near: &Near| near.load.place.account == place.account;
    let who = if others.iter().all(is_here) {
        format!("account {}", place.account)
    } else {
        "each account".to_owned()
    };
    let same = others.iter().all(|near| near.seat == *seat);
    let each = if same { "" } else { ", for each Region" };
    let there = if is_unborn { " once it is there" } else { "" };
    let region = seat.filter(|_| same).map(|region| format!(" --region {region}")).unwrap_or_default();
    let wanted = nears.iter().map(|near| near.load.count + near.load.count.div_ceil(2)).max()?;
    Some(format!(
        "in {who}{there}{each}: `aws service-quotas request-service-quota-increase --service-code {service} \
         --quota-code {code} --desired-value {wanted}{region}`"
    ))
}

/// What comes near a quota, and what breaks one.
pub(super) fn quotas(outlook: &Outlook) -> Page {
    let mut page = Page::default();
    if outlook.quotas.is_empty() {
        return page;
    }
    page.push(Line::at(0).say(Label::Heading, "quotas"));
    for (told, more, is_broken) in outlook.told() {
        let (label, sign) = if is_broken { (Label::Error, "x") } else { (Label::Warning, "!") };
        page.push(Line::at(2).say(label, sign).plain(" ").plain(told).hang(6));
        if let Some(more) = more {
            page.push(Line::at(6).say(Label::Hint, "hint:").plain(" ").plain(more).hang(12));
        }
    }
    page
}

/// `About 3 min, 542 calls: 130 reads, about 204 changes, about 208 looks at how far AWS is. Longest: …`
pub(super) fn page(outlook: &Outlook) -> Page {
    let Outlook { estimate, quotas: _ } = outlook;
    let mut page = Page::default();
    if let Some(estimate) = estimate {
        page.push(Line::at(0).plain(sentence(estimate)).hang(2));
    }
    page
}

/// The same in lines of plain text, for a comment: quotas, then what an apply takes.
pub(super) fn lines(outlook: &Outlook) -> Vec<String> {
    let Outlook { estimate, quotas } = outlook;
    let quotas = quotas.iter().map(|near| {
        let sign = if near.is_broken() { "beyond a quota" } else { "near a quota" };
        format!("**{sign}:** {}.", load(near))
    });
    let (most, more) = (NAMED, outlook.quotas.len().saturating_sub(NAMED));
    let more = (more > 0).then(|| format!("And {more} more like these."));
    quotas.take(most).chain(more).chain(estimate.as_ref().map(sentence)).collect()
}

/// So many quotas are told in a comment.
const NAMED: usize = 12;

fn sentence(estimate: &Estimate) -> String {
    let Estimate { reads, changes, looks, time, longest } = estimate;
    let (time, calls) = (roughly(*time), plural(count(estimate.calls()), "call"));
    let [reads, changes, looks] = [(reads, "read"), (changes, "change"), (looks, "look")]
        .map(|(calls, what)| plural(count(*calls), what));
    let told = format!("About {time}, {calls}: {reads}, about {changes}, about {looks} at how far AWS is.");
    let longest = longest.iter().map(|(address, time)| format!("{address} ({})", roughly(*time)));
    let longest: Vec<_> = longest.collect();
    if longest.is_empty() { told } else { format!("{told} Longest: {}.", longest.join(", ")) }
}

/// How it was estimated, behind how it went: ` (estimated: 3 min, 540 calls)`.
pub(super) fn estimated(outlook: &Outlook) -> String {
    outlook.estimate.as_ref().map_or_else(String::new, |estimate| {
        let calls = plural(count(estimate.calls()), "call");
        format!(" (estimated: {}, {calls})", roughly(estimate.time))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use insta::assert_snapshot;

    use super::*;
    use crate::{
        engine::graph::Place,
        report::{
            page::Paper,
            samples::{estimate, near},
        },
    };

    fn told(estimate: Estimate) -> String {
        page(&Outlook { estimate: Some(estimate), ..Outlook::default() }).print(Paper::default())
    }

    #[test]
    fn an_estimate_is_one_sentence() {
        assert_snapshot!(told(estimate()), @"About 17 min, 2,153 calls: 32 reads, about 917 changes, about 1,204 looks at how far AWS is. Longest: dev/global/account/region/ap-southeast-4 (10 min), prod/eu-west-1/ec2/nat-gateway/a (2 min).");
        let short = Estimate { time: Duration::from_secs(4), longest: Vec::new(), ..estimate() };
        assert_snapshot!(told(short), @"About 10 s, 2,153 calls: 32 reads, about 917 changes, about 1,204 looks at how far AWS is.");
    }

    #[test]
    fn where_nothing_is_to_be_done_nothing_is_said() {
        assert!(page(&Outlook::default()).is_empty());
        assert_eq!(estimated(&Outlook::default()), "");
    }

    #[test]
    fn a_quota_says_how_many_and_how_to_get_more() {
        let outlook = Outlook { quotas: near(), ..Outlook::default() };
        assert_snapshot!(quotas(&outlook).print(Paper::default()), @"
        quotas
          ! 48 accounts in the organization (40 there, 8 to be made), and AWS allows 50
              hint: in account management: `aws service-quotas request-service-quota-increase --service-code organizations --quota-code L-E619E033 --desired-value 72 --region us-east-1`
          x 6 VPCs in prod/ap-southeast-2 (1 that AWS makes, 5 to be made), and AWS allows 5 by default
              hint: in account prod once it is there: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 9 --region ap-southeast-2`
          ! 290 VPCs in network/global/route53/hosted-zone/acme.internal (without those of others), and AWS allows 300 by default
              hint: AWS Support knows whether it allows more: https://docs.aws.amazon.com/route53
        ");
        let broken =
            "6 VPCs in prod/ap-southeast-2 (1 that AWS makes, 5 to be made), and AWS allows 5 by default";
        assert_eq!(outlook.broken(), [broken]);
        assert!(quotas(&Outlook::default()).is_empty());
    }

    #[test]
    fn of_one_quota_it_is_told_once_how_to_get_more() {
        let [_, near, _]: [Near; 3] = near().try_into().unwrap();
        let elsewhere = |account: &str, region: &str| {
            let (mut near, region) = (near.clone(), region.parse().unwrap());
            near.load.place = Place { account: account.parse().unwrap(), region: Some(region) };
            (near.seat, near.load.is_unborn) = (Some(region), false);
            near
        };
        let hint = |other: Near| {
            let outlook = Outlook { quotas: vec![near.clone(), other], ..Outlook::default() };
            let hints: Vec<_> = outlook.told().into_iter().filter_map(|(_, more, _)| more).collect();
            hints.join("; ").replace("aws service-quotas request-service-quota-increase", "aws ..")
        };
        let sydney = "ap-southeast-2";
        assert_snapshot!(hint(elsewhere("dev", sydney)), @"in each account once it is there: `aws .. --service-code vpc --quota-code L-F678F1CE --desired-value 9 --region ap-southeast-2`");
        assert_snapshot!(hint(elsewhere("dev", "eu-west-1")), @"in each account once it is there, for each Region: `aws .. --service-code vpc --quota-code L-F678F1CE --desired-value 9`");
        assert_snapshot!(hint(elsewhere("prod", "eu-west-1")), @"in account prod once it is there, for each Region: `aws .. --service-code vpc --quota-code L-F678F1CE --desired-value 9`");
    }
}
