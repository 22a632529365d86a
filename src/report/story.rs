//! A narrative: chapters, what is told in them, and a table at the end.

use std::time::Duration;

use super::{
    output::Output,
    page::{Line, Page, width},
    style::Label,
    words::{number, took},
};

/// Tells a story on stderr; nothing with `--quiet` or `--json`.
pub struct Story {
    out: Output,
    chapters: usize,
    told: usize,
}

/// One row of the table at the end.
#[derive(Clone, Debug)]
pub struct Leg {
    /// What was done.
    pub title: String,
    /// How long it took.
    pub elapsed: Duration,
    /// How many calls it made.
    pub calls: u64,
    /// What came of it: `42 created`.
    pub result: String,
}

impl Story {
    pub(super) fn new(out: Output, chapters: usize) -> Self {
        Self { out, chapters, told: 0 }
    }

    /// Begins the next chapter.
    pub fn chapter(&mut self, title: &str) {
        self.told += 1;
        let number = format!("== {}/{}", self.told, self.chapters);
        let heading = Line::at(0).say(Label::Aside, number).plain(" ").say(Label::Heading, title);
        self.tell([Line::default(), heading]);
    }

    /// Tells what happens.
    pub fn says(&self, text: &str) {
        self.tell(text.lines().map(|line| Line::at(3).plain(line).hang(3)));
    }

    /// Tells one thing that was done or found, behind a dash.
    pub fn point(&self, text: &str) {
        self.tell([Line::at(3).say(Label::Aside, "-").plain(" ").plain(text)]);
    }

    /// Tells that a promise holds.
    pub fn holds(&self, text: &str) {
        self.tell([Line::at(3).say(Label::Success, "ok").plain(" ").plain(text).hang(6)]);
    }

    /// Ends the story with what each leg took.
    pub fn table(&self, legs: &[Leg]) {
        if self.out.is_talkative() {
            self.out.page(&table(legs));
        }
    }

    fn tell(&self, lines: impl IntoIterator<Item = Line>) {
        if self.out.is_talkative() {
            let mut page = Page::default();
            lines.into_iter().for_each(|line| page.push(line));
            self.out.page(&page);
        }
    }
}

fn table(legs: &[Leg]) -> Page {
    let all = Leg {
        title: "in all".to_owned(),
        elapsed: legs.iter().map(|leg| leg.elapsed).sum(),
        calls: legs.iter().map(|leg| leg.calls).sum(),
        result: String::new(),
    };
    let cells = |leg: &Leg| {
        let Leg { title, elapsed, calls, result } = leg;
        [title.clone(), took(*elapsed), number(usize::try_from(*calls).unwrap_or(usize::MAX)), result.clone()]
    };
    let rows: Vec<_> = legs.iter().chain([&all]).map(cells).collect();
    let head = ["", "time", "calls", "result"].map(str::to_owned);
    let widest =
        |column: usize| rows.iter().chain([&head]).map(|row| width(&row[column])).max().unwrap_or_default();
    let widths = [widest(0), widest(1), widest(2)];
    let mut page = Page::default();
    page.push(Line::default());
    page.push(row(&head, widths, Label::Aside));
    let last = rows.len() - 1;
    for (at, cells) in rows.iter().enumerate() {
        page.push(row(cells, widths, if at == last { Label::Heading } else { Label::Plain }));
    }
    page
}

/// The first column to the left, figures to the right.
fn row([title, time, calls, result]: &[String; 4], widths: [usize; 3], label: Label) -> Line {
    let pad = |text: &str, to: usize| " ".repeat(to - width(text));
    let text = format!(
        "{title}{}  {}{time}  {}{calls}  {result}",
        pad(title, widths[0]),
        pad(time, widths[1]),
        pad(calls, widths[2])
    );
    Line::at(3).say(label, text)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::{
        channel::{Capture, Channel},
        output::Settings,
        page::Paper,
    };

    fn story(settings: Settings) -> (Story, Capture) {
        let stderr = Capture::default();
        let out =
            Output::over(settings, Channel::closed(), Channel::capture(stderr.clone(), Paper::default()));
        (out.story(6), stderr)
    }

    fn tell(mut story: Story) {
        story.chapter("Three changes behind our back");
        story.says("Somebody with too many rights signs in.");
        story.point("detaches `region-guard` from `Root`");
        story.holds("`drift` names each of them");
        let leg = |title: &str, millis, calls, result: &str| Leg {
            title: title.to_owned(),
            elapsed: Duration::from_millis(millis),
            calls,
            result: result.to_owned(),
        };
        story.table(&[
            leg("first apply", 12_400, 1204, "42 created"),
            leg("second plan", 900, 87, "no changes"),
        ]);
    }

    #[test]
    fn a_story_has_chapters_and_an_end() {
        let (story, stderr) = story(Settings::default());
        tell(story);
        assert_snapshot!(stderr.text(), @"
        == 1/6 Three changes behind our back
           Somebody with too many rights signs in.
           - detaches `region-guard` from `Root`
           ok `drift` names each of them

                        time  calls  result
           first apply   12s  1,204  42 created
           second plan  0.9s     87  no changes
           in all        13s  1,291
        ");
    }

    #[test]
    fn nobody_who_wants_quiet_is_told_a_story() {
        let (story, stderr) = story(Settings { quiet: true, ..Settings::default() });
        tell(story);
        assert_eq!(stderr.text(), "");
    }
}
