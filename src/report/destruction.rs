//! What is to be destroyed, and what stays.

use super::{
    page::{Line, Page},
    plan::{Tally, View, by_account, resources, staying, unreadable, unsearched},
    style::Label,
    words::{number, plural},
};
use crate::engine::{graph::Graph, plan::Plan};

/// So many addresses that stay for one reason are told before the rest is only counted.
const STAYING: usize = 6;

/// All of it: what goes by account, then what stays, by why.
pub(super) fn page(plan: &Plan, graph: &Graph, view: View) -> Page {
    let mut page = by_account(plan, view, |told, group| resources(told, group, graph, view));
    for section in [stays(plan, view), unreadable(plan), unsearched(plan)] {
        page.section(section);
    }
    page.gap();
    page.push(Line::at(0).say(Label::Heading, sentence(&Tally::of(plan))));
    page
}

/// What stays, by why.
fn stays(plan: &Plan, view: View) -> Page {
    let (reasons, mut page) = (staying(plan), Page::default());
    if reasons.is_empty() {
        return page;
    }
    page.push(Line::at(0).say(Label::Heading, "stays"));
    for (why, addresses) in reasons {
        let shown = if view.verbose { addresses.len() } else { STAYING };
        for address in addresses.iter().take(shown) {
            page.push(Line::at(2).say(Label::Warning, "o").plain(" ").plain(address));
        }
        if addresses.len() > shown {
            let more = format!("and {} more", number(addresses.len() - shown));
            page.push(Line::at(4).say(Label::Aside, more));
        }
        page.push(Line::at(6).say(Label::Aside, "because").plain(" ").plain(why).hang(8));
    }
    page
}

/// `Destroy: 20 to remove, 84 to delete; 61 resources stay.`
fn sentence(tally: &Tally) -> String {
    let parts = tally.parts();
    let stay = match tally.orphans {
        0 => String::new(),
        1 => "; 1 resource stays".to_owned(),
        many => format!("; {} stay", plural(many, "resource")),
    };
    if parts.is_empty() {
        return format!("Destroy: there is nothing to take away{stay}.");
    }
    format!("Destroy: {}{stay}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use insta::assert_snapshot;

    use super::*;
    use crate::{
        engine::plan::Action,
        report::{
            page::Paper,
            samples::{BRIEF, Has, Managed, Role, VERBOSE, Zone, doc},
        },
    };

    /// Some roles that go, others that stay.
    fn plan() -> (Plan, Arc<Graph>) {
        let mut zone = Zone::new();
        let management = zone.management();
        for name in ["a", "b", "c"] {
            zone.add::<Role>(management, name, "organization.toml:9", doc([]), Has::Nothing);
        }
        zone.add::<Managed>(management, "p", "organization.toml:12", doc([]), Has::Nothing);
        for number in 0..8 {
            let why = Action::Orphan("an account is never closed by the program".to_owned());
            zone.stray(management, "organizations/account", &format!("account-{number}"), why);
        }
        let needed = Action::Orphan("prod/global/s3/bucket/logs needs it, and stays".to_owned());
        zone.stray(management, "iam/role", "replication", needed);
        zone.denied(management, "iam/role");
        let (mut plan, graph) = zone.plan();
        for step in &mut plan.steps[..3] {
            step.action = Action::Delete;
        }
        plan.steps[3].action = Action::Remove;
        (plan, graph)
    }

    #[test]
    fn what_goes_comes_first_and_what_stays_says_why() {
        let (plan, graph) = plan();
        assert_snapshot!(page(&plan, &graph, BRIEF).print(Paper::default()), @"
        management
          - 3 × iam/role: a, b, c  organization.toml:9
          - iam/policy/p           organization.toml:12

        stays
          o management/global/organizations/account/account-0
          o management/global/organizations/account/account-1
          o management/global/organizations/account/account-2
          o management/global/organizations/account/account-3
          o management/global/organizations/account/account-4
          o management/global/organizations/account/account-5
            and 2 more
              because an account is never closed by the program
          o management/global/iam/role/replication
              because prod/global/s3/bucket/logs needs it, and stays

        unreadable  (what depends on it is left alone)
          ? management/global/iam/role
              error: failed to call ListRoles
                account     staging (210987654321)
                operation   ListRoles
                request id  6ba7b810-9dad
                caused by: AccessDenied: not authorized to perform iam:ListRoles
              hint: `access.role` of `staging` has to allow iam:ListRoles

        Destroy: 1 to remove, 3 to delete; 9 resources stay.
        ");
        let all = page(&plan, &graph, VERBOSE).print(Paper::default());
        assert!(all.contains("account-7"), "{all}");
    }

    #[test]
    fn nothing_to_destroy_takes_one_line() {
        let mut zone = Zone::new();
        let management = zone.management();
        zone.add::<Role>(management, "a", "organization.toml:9", doc([]), Has::Same);
        let (plan, graph) = zone.plan();
        assert_snapshot!(page(&plan, &graph, BRIEF).print(Paper::default()), @"Destroy: there is nothing to take away.");
    }
}
