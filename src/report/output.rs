//! The one way out: data to stdout, everything else to stderr.

use std::{error::Error as StdError, sync::Arc};

use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    channel::Channel,
    destruction,
    difference::{self, Difference},
    doctor::{self, Finding},
    drift,
    explain::{self, Explanation},
    failures::Failures,
    history, json,
    kinds::{self, Detail},
    lock::{self, Lock},
    outcome::{self, Applied},
    outlook::{self, Outlook},
    page::{Line, Page, Paper},
    permissions::Needed,
    plan::{self, View},
    progress::Progress,
    reach::{self, Reach},
    relations::{Format, MERMAID_DRAWS, Relations},
    show::{self, Show},
    story::Story,
    style::Label,
    terminal::Terminal,
    trouble,
    words::{number, plural, shell_word},
};
use crate::{
    engine::{erased::AnyKind, error::Error, event::Numbered, graph::Graph, plan::Plan},
    journal::Record,
};

/// When there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`).
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What the command line says about output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Data is JSON, and stderr holds warnings and errors alone.
    pub json: bool,
    /// No progress, no status, no hints.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbosity: u8,
    /// When there are colours.
    pub color: Color,
}

/// Writes everything that a person or a machine reads. Cheap to clone; all clones write in turn.
#[derive(Clone)]
pub struct Output {
    settings: Settings,
    stdout: Arc<Channel>,
    stderr: Arc<Channel>,
    bars: MultiProgress,
    failures: Arc<Failures>,
}

impl Output {
    /// Writes to the process's stdout and stderr.
    pub fn new(settings: &Settings) -> Self {
        Self::over(*settings, Channel::stdout(settings.color), Channel::stderr(settings.color))
    }

    /// Writes elsewhere.
    pub(super) fn over(settings: Settings, stdout: Channel, stderr: Channel) -> Self {
        let shows = stderr.is_terminal() && !settings.quiet && !settings.json;
        let target = if shows {
            // As often as indicatif draws on stderr by itself.
            ProgressDrawTarget::term_like_with_hz(Box::new(Terminal::stderr()), 20)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bars = MultiProgress::with_draw_target(target);
        let (stdout, stderr, failures) = (Arc::new(stdout), Arc::new(stderr), Arc::default());
        Self { settings, stdout, stderr, bars, failures }
    }

    /// Whether data is JSON.
    pub fn is_json(&self) -> bool {
        self.settings.json
    }

    /// How often `-v` was given.
    pub fn verbosity(&self) -> u8 {
        self.settings.verbosity
    }

    /// Whether stderr has colours: for text that somebody else renders.
    pub fn has_colors(&self) -> bool {
        self.stderr.paper().color
    }

    /// Whether anybody sees progress, status and hints.
    pub(super) fn is_talkative(&self) -> bool {
        !self.settings.quiet && !self.settings.json
    }

    /// The bars that progress is shown with; hidden without a terminal.
    pub(super) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// What stderr is.
    pub(super) fn paper(&self) -> Paper {
        self.stderr.paper()
    }

    /// Data, as it is.
    pub fn data(&self, text: &str) {
        self.failures.data_is_out();
        self.bars.suspend(|| self.stdout.write(text));
    }

    /// What is going on; nothing with `--quiet` or `--json`.
    pub fn status(&self, text: &str) {
        if self.is_talkative() {
            self.tell(text.lines().map(|line| Line::at(0).plain(line)));
        }
    }

    /// What is going on, for those who ask with `-v`.
    pub fn detail(&self, text: &str) {
        if self.settings.verbosity > 0 {
            self.status(text);
        }
    }

    /// Something that should be looked at.
    pub fn warn(&self, text: &str) {
        self.tell([Line::at(0).say(Label::Warning, "warning:").plain(" ").plain(text)]);
    }

    /// What to do next; nothing with `--quiet` or `--json`.
    pub fn hint(&self, text: &str) {
        if self.is_talkative() {
            self.tell([Line::at(0).say(Label::Hint, "hint:").plain(" ").plain(text)]);
        }
    }

    /// A question, on stderr and without an end of line; whatever else is silenced, somebody has to answer it.
    pub fn ask(&self, question: &str) {
        self.bars.suspend(|| self.stderr.write(question));
    }

    /// A failure: what, where, why, and a way out.
    pub fn error(&self, error: &Error) {
        self.failures.note(error);
        self.page(&trouble::page(error));
    }

    /// A failure outside of the engine: the error and what caused it.
    pub fn failure(&self, error: &(dyn StdError + 'static)) {
        self.failures.note(error);
        self.page(&trouble::page_of(error));
    }

    /// Warnings about the landing zone, rendered already.
    pub fn rendered(&self, text: &str) {
        self.bars.suspend(|| self.stderr.write(&format!("{}\n\n", text.trim_end())));
    }

    /// Complaints about the landing zone, rendered already, and how many mistakes and warnings are among them.
    pub fn complaints(&self, text: &str, mistakes: usize, warnings: usize) {
        self.rendered(text);
        let counted = match (plural(mistakes, "mistake"), warnings) {
            (counted, 0) => counted,
            (counted, _) => format!("{counted} and {}", plural(warnings, "warning")),
        };
        let told = format!(" {counted} in the landing zone; nothing was sent to AWS");
        self.tell([Line::at(0).say(Label::Error, "error:").plain(told)]);
    }

    /// Complaints as `landfall/validate@1`, to stdout; empty lists if all is well.
    pub fn validated(&self, complaints: &[json::Complaint<'_>]) {
        self.document(&json::Validate::of(complaints));
    }

    /// A plan: prose, or `landfall/plan@1` with `--json`, to stdout.
    pub fn plan(&self, plan: &Plan, graph: &Graph, outlook: &Outlook) {
        if self.settings.json {
            return self.document(&json::Steps::plan(plan, graph, outlook));
        }
        let page = plan::page(plan, graph, outlook, self.view());
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// A plan as Markdown that a comment of GitHub's has room for, to stdout.
    pub fn plan_as_markdown(&self, plan: &Plan, graph: &Graph, outlook: &Outlook) {
        self.data(&plan::markdown(plan, graph, outlook, self.view()));
    }

    /// A plan that is about to be applied: prose to stderr; nothing with `--quiet` or `--json`.
    pub fn preview(&self, plan: &Plan, graph: &Graph, outlook: &Outlook) {
        if self.is_talkative() {
            self.page(&plan::page(plan, graph, outlook, self.view()));
        }
    }

    /// What is to be destroyed: prose, or `landfall/destroy@1` with `--json`, to stdout.
    pub fn destruction(&self, plan: &Plan, graph: &Graph, outlook: &Outlook) {
        if self.settings.json {
            return self.document(&json::Steps::destruction(plan, graph));
        }
        let mut page = destruction::page(plan, graph, self.view());
        page.append(outlook::page(outlook));
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// The same before it is done: prose to stderr; nothing with `--quiet` or `--json`.
    pub fn destruction_ahead(&self, plan: &Plan, graph: &Graph, outlook: &Outlook) {
        if self.is_talkative() {
            let mut page = destruction::page(plan, graph, self.view());
            page.append(outlook::page(outlook));
            self.page(&page);
        }
    }

    /// A plan nobody asked for: prose, or `landfall/drift@1` with `--json`, to stdout.
    pub fn drift(&self, plan: &Plan, graph: &Graph) {
        if self.settings.json {
            return self.document(&json::Steps::drift(plan, graph));
        }
        let page = drift::page(plan, graph, self.view());
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// How a plan differs from one that was saved: prose, or `landfall/difference@1` with `--json`, to stdout.
    pub fn difference(&self, difference: &Difference) {
        if self.settings.json {
            return self.document(&json::Difference::of(difference));
        }
        let page = difference::page(difference);
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// What an apply came to, or a destroy: prose, or `landfall/apply@1` with `--json`, to stdout.
    pub fn outcome(&self, applied: &Applied<'_>) {
        if self.settings.json {
            return self.document(&json::Apply::of(applied));
        }
        let page = outcome::page(applied);
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// What was tried and found: prose, or `landfall/doctor@1` with `--json`, to stdout.
    pub fn findings(&self, findings: &[Finding]) {
        if self.settings.json {
            return self.document(&json::Doctor::of(findings));
        }
        let page = doctor::page(findings);
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// Runs, of which there are so many: a table, or `landfall/history@1` with `--json`, to stdout.
    pub fn history(&self, organization: &str, records: &[Record], all: usize) {
        if self.settings.json {
            return self.document(&json::History::list(organization, records));
        }
        if records.is_empty() {
            return self.status("No run has left a journal yet.");
        }
        self.bars.suspend(|| self.stdout.page(&history::page(records, all)));
    }

    /// A run, step by step: prose, or `landfall/history@1` with `--json`, to stdout.
    pub fn run(&self, organization: &str, record: &Record) {
        if self.settings.json {
            return self.document(&json::History::one(organization, record));
        }
        let page = history::detail(record, self.view());
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// Who holds the lease, or that nobody does: prose, or `landfall/unlock@1` with `--json`, to stdout.
    pub fn lock(&self, lock: Option<&Lock>, broken: bool) {
        if self.settings.json {
            return self.document(&json::Unlock::of(lock, broken));
        }
        match lock {
            Some(lock) => self.bars.suspend(|| self.stdout.page(&lock::page(lock))),
            None => self.status("Nobody holds the lease: there is nothing to unlock."),
        }
    }

    /// Who reaches whom: prose, or `landfall/reach@1` with `--json`, to stdout.
    pub fn reach(&self, reach: &Reach) {
        if self.settings.json {
            return self.document(&json::Reach::of(reach));
        }
        let page = reach::page(reach, self.view());
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// What somebody has to be allowed: each policy as JSON, or `landfall/policy@1` with `--json`, to stdout.
    pub fn needed(&self, needed: &[Needed]) {
        if self.settings.json {
            return self.document(&json::Permissions::of(needed));
        }
        for Needed { holder, policies, sizes } in needed {
            let of: Vec<_> = sizes.iter().map(|size| number(*size)).collect();
            let (count, of) = (plural(policies.len(), "policy"), of.join(" and "));
            self.status(&format!("For {holder}: {count} of {of} characters."));
            for policy in policies {
                self.data(&json::text(policy));
            }
        }
    }

    /// What keys of the TOML mean: prose, or `landfall/explain@1` with `--json`, to stdout.
    pub fn explained(&self, explanation: &Explanation) {
        if self.settings.json {
            return self.document(&json::Explain::of(explanation));
        }
        let page = explain::page(explanation);
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// One resource on both sides: prose, or `landfall/show@1` with `--json`, to stdout.
    pub fn show(&self, show: &Show<'_>) {
        if self.settings.json {
            return self.document(&json::Show::of(show));
        }
        let page = show::page(show, self.stdout.paper().width, self.view());
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// What depends on what: text to draw from, or `landfall/graph@1` with `--json`, to stdout.
    pub fn relations(&self, relations: &Relations<'_>, format: Format) {
        if self.settings.json {
            return self.document(&json::Relations::of(relations));
        }
        let (text, edges) = relations.text(format);
        self.data(&text);
        let (most, longest) = MERMAID_DRAWS;
        if format == Format::Mermaid && (edges > most || text.chars().count() > longest) {
            self.warn(&format!(
                "Mermaid draws {} arrows and {} characters unless `maxEdges` and `maxTextSize` say otherwise: these are {} and {}",
                number(most), number(longest), number(edges), number(text.chars().count())
            ));
            self.hint("name an address, choose with `--only`, or draw it with `--format graphviz`");
        }
    }

    /// Files of a landing zone with every default filled in, as `landfall/render@1`, to stdout.
    pub fn filled_in(&self, files: &[json::RenderedFile<'_>]) {
        self.document(&json::Rendered::of(files));
    }

    /// Kinds of resources: prose, each in full where that is asked for, or `landfall/kinds@1` with `--json`, to stdout.
    pub fn kinds(&self, kinds: &[&dyn AnyKind], detail: Detail) {
        if self.settings.json {
            return self.document(&json::Kinds::of(kinds));
        }
        let in_full = detail == Detail::Full || self.view().verbose;
        let page = if in_full { kinds::in_full(kinds) } else { kinds::in_short(kinds) };
        self.bars.suspend(|| self.stdout.page(&page));
    }

    /// Shows events as they come, until [`Progress::finish`]. Needs a tokio runtime.
    pub fn follow(&self, events: UnboundedReceiver<Numbered>) -> Progress {
        Progress::start(self.clone(), events)
    }

    /// A narrative in so many chapters, on stderr.
    pub fn story(&self, chapters: usize) -> Story {
        Story::new(self.clone(), chapters)
    }

    /// How to use a local AWS: the variables to set and those that lead astray, as a shell takes them, or
    /// `landfall/sandbox@1` with `--json`, to stdout.
    pub fn sandbox(&self, variables: &[(&'static str, String)], astray: &[&str]) {
        if self.settings.json {
            return self.document(&json::Sandbox::of(variables, astray));
        }
        let set = variables.iter().map(|(name, value)| format!("export {name}={}\n", shell_word(value)));
        self.data(&set.chain([format!("unset {}\n", astray.join(" "))]).collect::<String>());
    }

    /// Writes what is still held back; with `--json`, if nothing of what was asked for is out, what failed as
    /// `landfall/error@1`, to stdout: whoever reads JSON reads there, and always finds a document. A closed pipe is a quiet end; any other failure to write is an error.
    pub fn finish(&self) -> std::io::Result<()> {
        let failures = if self.settings.json { self.failures.instead_of_data() } else { Vec::new() };
        if !failures.is_empty() {
            self.document(&json::Failures::of(&failures));
        }
        self.stderr.finish().and(self.stdout.finish())
    }

    /// A page to stderr.
    pub(super) fn page(&self, page: &Page) {
        self.bars.suspend(|| self.stderr.page(page));
    }

    fn tell(&self, lines: impl IntoIterator<Item = Line>) {
        let mut page = Page::default();
        lines.into_iter().for_each(|line| page.push(line));
        self.page(&page);
    }

    fn document(&self, document: &impl serde::Serialize) {
        self.data(&json::text(document));
    }

    fn view(&self) -> View {
        View { verbose: self.settings.verbosity > 0 }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{engine::error::Class, report::channel::Capture};

    fn output(settings: Settings) -> (Output, Capture, Capture) {
        let (stdout, stderr) = (Capture::default(), Capture::default());
        let paper = Paper { width: None, color: settings.color == Color::Always };
        let channel = |capture: &Capture| Channel::capture(capture.clone(), paper);
        (Output::over(settings, channel(&stdout), channel(&stderr)), stdout, stderr)
    }

    fn say_all(out: &Output) {
        out.data("data\n");
        out.status("Reading.");
        out.detail("More.");
        out.warn("look here");
        out.hint("do this");
        out.error(&Error::new(Class::Final, "it broke"));
    }

    #[test]
    fn data_goes_to_stdout_and_the_rest_to_stderr() {
        let (out, stdout, stderr) = output(Settings { verbosity: 1, ..Settings::default() });
        say_all(&out);
        assert_eq!(stdout.text(), "data\n");
        assert_snapshot!(stderr.text(), @"
        Reading.
        More.
        warning: look here
        hint: do this
        error: it broke
        ");
    }

    #[test]
    fn quiet_and_json_leave_warnings_and_errors() {
        for settings in
            [Settings { quiet: true, ..Settings::default() }, Settings { json: true, ..Settings::default() }]
        {
            let (out, stdout, stderr) = output(settings);
            say_all(&out);
            assert_eq!(stdout.text(), "data\n");
            assert_eq!(stderr.text(), "warning: look here\nerror: it broke\n");
        }
    }

    #[test]
    fn colors_are_by_meaning() {
        let (out, _, stderr) = output(Settings { color: Color::Always, ..Settings::default() });
        out.warn("look here");
        assert_eq!(stderr.text(), "\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m look here\n");
    }

    #[test]
    fn a_closed_pipe_is_a_quiet_end() {
        let out = Output::over(Settings::default(), Channel::closed(), Channel::closed());
        say_all(&out);
        assert!(out.finish().is_ok());
    }

    #[test]
    fn complaints_are_counted() {
        let (out, _, stderr) = output(Settings::default());
        out.complaints("error: no unit is called `Prod`\n", 1, 2);
        assert_snapshot!(stderr.text(), @"
        error: no unit is called `Prod`

        error: 1 mistake and 2 warnings in the landing zone; nothing was sent to AWS
        ");
    }
}
