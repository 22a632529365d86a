//! A plan for a pull request: a line that sums it up, then each account folded away, in a comment that GitHub takes.

use super::{
    ending,
    groups::{Group, groups},
    page::View,
    step,
    tally::Tally,
};
use crate::{
    engine::{
        graph::Graph,
        plan::{Action, Plan, Step},
    },
    report::{
        outlook::{self, Outlook},
        page::{Page, Paper},
        words::{number, plural},
    },
};

/// The most characters of a comment, counted here in bytes, of which there are never fewer.
/// <https://github.com/orgs/community/discussions/27190>
const LONGEST: usize = 65_536;
/// What is left of them for a title of whoever posts it, and for the line that says what was left out.
const SPARE: usize = 1_536;
/// Less than this tells nothing of an account: it is better counted.
const LEAST: usize = 640;
/// So many accounts that were left out are named.
const NAMED: usize = 12;

/// A plan as Markdown.
pub(in crate::report) fn markdown(plan: &Plan, graph: &Graph, outlook: &Outlook, view: View) -> String {
    let mut document = format!("**{}** Landing zone `{}`.\n", Tally::of(plan).sentence(), plan.organization);
    for line in outlook::lines(outlook) {
        document.extend(["\n", &line, "\n"]);
    }
    let blocks = blocks(plan, graph, view);
    let caps = caps(&blocks.iter().map(Block::len).collect::<Vec<_>>(), LONGEST - SPARE - document.len());
    let (mut left_out, mut is_cut) = (Vec::new(), false);
    for (block, cap) in blocks.iter().zip(caps) {
        if cap == 0 {
            left_out.push(block);
        } else {
            let (text, cut) = block.print(cap);
            document += &text;
            is_cut |= cut;
        }
    }
    document + &remark(&left_out, is_cut)
}

/// What was left out, and how to see it.
fn remark(left_out: &[&Block], is_cut: bool) -> String {
    let missing = match left_out {
        [] if is_cut => "Some of it was left out, as marked".to_owned(),
        [] => return String::new(),
        _ => {
            let mut names: Vec<_> = left_out.iter().take(NAMED).map(|block| block.name.clone()).collect();
            if left_out.len() > NAMED {
                names.push(format!("{} more", number(left_out.len() - NAMED)));
            }
            let steps = plural(left_out.iter().map(|block| block.steps).sum(), "step");
            format!("Left out: {steps} of {}", names.join(", "))
        }
    };
    format!("\n{missing}, since a comment has no room for more. `landfall plan` shows all of it.\n")
}

/// A section that is folded away.
struct Block {
    /// What it is about.
    name: String,
    /// What its line says beside the name.
    counts: String,
    steps: usize,
    lines: Vec<String>,
}

fn blocks(plan: &Plan, graph: &Graph, view: View) -> Vec<Block> {
    let steps = plan.steps.iter().filter(|step| !matches!(step.action, Action::Orphan(_)));
    let accounts = groups(steps, view).into_iter().map(|group| account(&group, graph, view));
    let orphans = plan.steps.iter().filter(|step| matches!(step.action, Action::Orphan(_))).count();
    let sections = [
        ("orphans", orphans, ending::orphans(plan)),
        ("foreign", plan.foreign.len(), ending::foreign(plan)),
        ("unstated", plan.unstated.len(), ending::unstated(plan)),
        ("unreadable", plan.unreadable.len(), ending::unreadable(plan)),
        ("unsearched", plan.unsearched.len(), ending::unsearched(plan)),
    ];
    let sections = sections.into_iter().filter(|(.., page)| !page.is_empty()).map(|(name, count, page)| {
        let mut lines = lines(&page);
        // Its title is the line that is not folded away; what it means stays.
        let meaning = lines.remove(0).trim_start_matches(name).trim().to_owned();
        Block { name: name.to_owned(), counts: format!("{} {meaning}", number(count)), steps: count, lines }
    });
    accounts.chain(sections).collect()
}

fn account(group: &Group<'_>, graph: &Graph, view: View) -> Block {
    let mut page = Page::default();
    for told in &group.told {
        page.append(step::page(told, group, graph, view));
    }
    page.align(0);
    let steps: Vec<&Step> = group.told.iter().flatten().copied().collect();
    let counts = Tally::over(steps.iter().copied()).parts().join(", ");
    let after = group.after.map(|after| format!(" (after {after})")).unwrap_or_default();
    Block {
        name: group.account.to_string(),
        counts: counts + &after,
        steps: steps.len(),
        lines: lines(&page),
    }
}

/// Lines in which signs stand in front, as GitHub colours them.
fn lines(page: &Page) -> Vec<String> {
    page.print(Paper::default()).lines().map(signed).collect()
}

/// `  ~ iam/role/a` is `! iam/role/a`; `      + tags[a]: b` is `+     tags[a]: b`.
fn signed(line: &str) -> String {
    let line = line.strip_prefix("  ").unwrap_or(line);
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let sign = match text.split_once(' ').map(|(sign, _)| sign) {
        // A changed line has no colour of its own; this is the one that is neither good nor bad.
        Some("~") => "!",
        Some(sign @ ("+" | "-" | "!" | ">" | "?" | "…" | "o")) => sign,
        _ => return line.to_owned(),
    };
    let rest = text.split_once(' ').map_or("", |(_, rest)| rest);
    format!("{sign} {}{rest}", " ".repeat(indent))
}

impl Block {
    fn len(&self) -> usize {
        self.frame().iter().map(String::len).sum::<usize>()
            + self.lines.iter().map(|line| line.len() + 1).sum::<usize>()
    }

    /// What stands before and behind its lines: a fence that none of them can close.
    fn frame(&self) -> [String; 2] {
        let longest = self.lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max();
        let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
        let (name, counts) = (escaped(&self.name), escaped(&self.counts));
        let opening = format!("\n<details><summary><b>{name}</b>: {counts}</summary>\n\n{fence}diff\n");
        [opening, format!("{fence}\n\n</details>\n")]
    }

    /// The section within so many bytes, and whether lines were left out for that.
    fn print(&self, cap: usize) -> (String, bool) {
        let [mut text, closing] = self.frame();
        let is_cut = self.len() > cap;
        // The line that counts what was left out has its room.
        let end = cap.saturating_sub(closing.len() + if is_cut { 48 } else { 0 });
        let mut told = 0;
        for line in &self.lines {
            if is_cut && text.len() + line.len() + 1 > end {
                break;
            }
            text = text + line + "\n";
            told += 1;
        }
        if is_cut {
            text = text + "# " + &plural(self.lines.len() - told, "more line") + " left out\n";
        }
        (text + &closing, is_cut)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// How long each of these may be so that together they fit: what is short is left whole, what is long is cut alike; where
/// that leaves too little to each, those behind get nothing.
fn caps(sizes: &[usize], room: usize) -> Vec<usize> {
    let fair = fair(sizes, room).max(LEAST);
    let mut left = room;
    sizes
        .iter()
        .map(|size| {
            let cap = (*size).min(fair);
            let cap = if cap <= left { cap } else { 0 };
            left -= cap;
            cap
        })
        .collect()
}

/// The length at which to cut, so that together they fit.
fn fair(sizes: &[usize], room: usize) -> usize {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let mut left = room;
    for (at, size) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - at);
        if *size > share {
            return share;
        }
        left -= size;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::report::samples::{BRIEF, Has, Role, VERBOSE, Zone, account as wanted, doc, first, later};

    #[test]
    fn a_first_plan_is_folded_by_account() {
        let (plan, graph) = first();
        assert_snapshot!(markdown(&plan, &graph, &Outlook::default(), BRIEF), @"
        **Plan: 8 to create.** Landing zone `acme`.

        <details><summary><b>management</b>: 6 to create</summary>

        ```diff
        + organizations/policy/region-guard  organization.toml:26
            type: SERVICE_CONTROL_POLICY
            content: Deny all but cloudfront:*, iam:*, organizations:* and 2 more on * if aws:RequestedRegion StringNotEquals ap-southeast-2, ap-southeast-4
        + 4 × organizations/attachment: FullAWSAccess:Root, FullAWSAccess:Security, FullAWSAccess:Workloads, FullAWSAccess:Workloads/Prod  organization.toml:26
        + organizations/account/prod         accounts/prod.toml:1
            email: aws+prod@acme.example · unit: ${unit.Workloads/Prod}
        ```

        </details>

        <details><summary><b>prod</b>: 2 to create (after management/global/organizations/account/prod)</summary>

        ```diff
        + iam/role/deployer            baselines/workload.toml:4
            boundary: policy:workload-boundary · policies: policy:deploy · session_seconds: 3600
            trust: Allow sts:AssumeRole to ${account.security} if aws:PrincipalOrgID StringEquals o-acme
        + ap-southeast-2/ec2/vpc/main  network/prod.toml:3
            cidr: 10.32.0.0/16 · dns: true
        ```

        </details>
        ");
    }

    #[test]
    fn all_that_may_be_found_has_its_place() {
        let (plan, graph) = later();
        assert_snapshot!(markdown(&plan, &graph, &Outlook::default(), BRIEF));
    }

    #[test]
    fn no_changes_take_one_line() {
        let mut zone = Zone::new();
        zone.account("prod", wanted("prod", "ou-prod"), Has::Same);
        let (plan, graph) = zone.plan();
        assert_snapshot!(markdown(&plan, &graph, &Outlook::default(), BRIEF), @"**No changes. 1 resource is as it should be.** Landing zone `acme`.");
    }

    #[test]
    fn nothing_breaks_out_of_its_block() {
        let mut zone = Zone::new();
        let management = zone.management();
        let wants =
            doc([("description", json!("````\n</details> <script>@everybody ```")), ("name", json!("- a"))]);
        let has = doc([("description", json!("a\nb")), ("name", json!("+ b"))]);
        zone.add::<Role>(management, "a<b>&", "organization.toml:9", wants, Has::This(has));
        zone.foreign(management, "iam/role", "<img src=x>");
        let (plan, graph) = zone.plan();
        assert_snapshot!(markdown(&plan, &graph, &Outlook::default(), BRIEF), @"
        **Plan: 1 to change.** Landing zone `acme`.

        <details><summary><b>management</b>: 1 to change</summary>

        `````diff
        ! iam/role/a<b>&  organization.toml:9
            description:
        -       a
        -       b
        +       ````
        +       </details> <script>@everybody ```
            name: + b -> - a
        `````

        </details>

        <details><summary><b>foreign</b>: 1 (not ours, reported and left alone)</summary>

        ```diff
        management/global/iam/role: <img src=x>
        ```

        </details>
        ");
    }

    /// So many accounts with so many roles to make in each.
    fn huge(accounts: usize, roles: usize) -> (Plan, Arc<Graph>) {
        let mut zone = Zone::new();
        for number in 0..accounts {
            let account = format!("account-{number:04}");
            let place = zone.account(&account, wanted(&account, "ou-prod"), Has::Same);
            for role in 0..=roles / (number + 1) {
                let text = format!("rôle {role} of {account}, 役割");
                let has = doc([("description", json!("by hand"))]);
                let stated = format!("accounts/{account}.toml:{}", role + 1);
                zone.add::<Role>(
                    place,
                    &format!("role-{role}"),
                    &stated,
                    doc([("description", json!(text))]),
                    Has::This(has),
                );
            }
        }
        zone.plan()
    }

    #[test]
    fn a_huge_plan_is_cut_and_says_so() {
        let (plan, graph) = huge(9, 2000);
        let text = markdown(&plan, &graph, &Outlook::default(), BRIEF);
        assert!(text.len() <= LONGEST && text.len() > LONGEST - 2 * SPARE, "{}", text.len());
        assert_eq!(text.matches("<details>").count(), 9);
        assert_eq!(text.matches("</details>").count(), 9);
        let brief: Vec<_> = text.lines().filter(|line| !line.starts_with(['!', ' '])).collect();
        assert_snapshot!(brief.join("\n"));
    }

    #[test]
    fn so_many_accounts_that_each_would_have_nothing_are_counted() {
        let (plan, graph) = huge(1200, 30);
        let text = markdown(&plan, &graph, &Outlook::default(), VERBOSE);
        assert!(text.len() <= LONGEST && text.len() > LONGEST - 2 * SPARE, "{}", text.len());
        assert_snapshot!(text.lines().last().unwrap(), @"Left out: 907 steps of account-0293, account-0294, account-0295, account-0296, account-0297, account-0298, account-0299, account-0300, account-0301, account-0302, account-0303, account-0304, 895 more, since a comment has no room for more. `landfall plan` shows all of it.");
    }

    proptest! {
        #[test]
        fn what_fits_is_whole_and_what_does_not_is_as_long_as_may_be(sizes in prop::collection::vec(1usize..9000, 0..60), room in 2000usize..60_000) {
            let caps = caps(&sizes, room);
            let (all, told): (usize, usize) = (sizes.iter().sum(), caps.iter().sum());
            prop_assert!(told <= room && caps.iter().zip(&sizes).all(|(cap, size)| cap <= size));
            prop_assert!(all > room || told == all);
            prop_assert!(caps.iter().zip(&sizes).all(|(cap, size)| cap == size || *cap >= LEAST || *cap == 0));
        }
    }
}
