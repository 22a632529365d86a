//! The listener: gives events their time, prints what is told for good, and redraws the rows below it.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    task::JoinHandle,
    time::MissedTickBehavior,
};

use super::{
    board::Board,
    times::{Stopwatch, Times},
};
use crate::{
    engine::event::{Event, Numbered},
    report::{
        output::Output,
        page::{Line, Page, Paper},
        trouble,
    },
};

/// How often rows are drawn.
const BEAT: Duration = Duration::from_millis(100);

/// Follows a run's events in the background.
#[must_use = "events are followed until `finish`"]
pub struct Progress {
    task: JoinHandle<Times>,
    asks: UnboundedSender<oneshot::Sender<()>>,
}

impl Progress {
    pub(in crate::report) fn start(out: Output, events: UnboundedReceiver<Numbered>) -> Self {
        let (asks, asked) = unbounded_channel();
        let screen = Screen::new(out);
        Self { task: tokio::spawn(screen.run(events, asked)), asks }
    }

    /// Shows everything that was sent until now and clears the rows: before a question, or before a plan is printed.
    pub async fn settle(&self) {
        let (done, is_done) = oneshot::channel();
        if self.asks.send(done).is_ok() {
            // If the listener has ended, everything has been shown.
            _ = is_done.await;
        }
    }

    /// Shows everything that was sent until now, clears the rows and stops listening. Gives how long each step took.
    pub async fn finish(self) -> Times {
        self.settle().await;
        let Self { task, asks } = self;
        drop(asks);
        // A panic of the listener must not become one of the run that it listens to.
        task.await.unwrap_or_default()
    }
}

struct Screen {
    out: Output,
    board: Board,
    watch: Stopwatch,
    bars: Vec<ProgressBar>,
    since: Instant,
    is_live: bool,
}

impl Screen {
    fn new(out: Output) -> Self {
        let is_live = !out.bars().is_hidden();
        let board = Board::new(is_live, out.verbosity() > 0);
        Self { out, board, watch: Stopwatch::default(), bars: Vec::new(), since: Instant::now(), is_live }
    }

    async fn run(
        mut self,
        mut events: UnboundedReceiver<Numbered>,
        mut asked: UnboundedReceiver<oneshot::Sender<()>>,
    ) -> Times {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_open = true;
        loop {
            tokio::select! {
                biased;
                event = events.recv(), if is_open => match event {
                    Some(first) => self.take(first, &mut events),
                    None => is_open = false,
                },
                ask = asked.recv() => {
                    self.settle(&mut events);
                    let Some(done) = ask else { return self.watch.times() };
                    // Whoever asked may have gone.
                    _ = done.send(());
                }
                _ = beat.tick(), if self.is_live => self.draw(),
            }
        }
    }

    /// Takes an event and all that wait behind it, and prints once.
    fn take(&mut self, first: Numbered, events: &mut UnboundedReceiver<Numbered>) {
        let mut page = Page::default();
        let mut next = Some(first);
        while let Some(Numbered { sequence: _, event }) = next {
            page.append(self.tell(event));
            next = events.try_recv().ok();
        }
        if self.is_live && !page.is_empty() {
            // What is done must not stand above and in its row at the same time.
            self.draw();
        }
        self.print(&page);
    }

    fn tell(&mut self, event: Event) -> Page {
        let now = self.since.elapsed();
        self.watch.take(&event, now);
        if self.out.is_talkative() {
            return self.board.take(event, now);
        }
        match event {
            // With `--json` errors still go to stderr.
            Event::Failed { error, .. } if self.out.is_json() => trouble::page(&error),
            _ => Page::default(),
        }
    }

    fn print(&self, page: &Page) {
        if !page.is_empty() {
            self.out.page(page);
        }
    }

    fn settle(&mut self, events: &mut UnboundedReceiver<Numbered>) {
        while let Ok(first) = events.try_recv() {
            self.take(first, events);
        }
        let page = self.board.settle(self.since.elapsed());
        self.show(&[]);
        self.print(&page);
    }

    fn draw(&mut self) {
        self.show(&self.board.rows(self.since.elapsed()));
    }

    /// Puts each row into a bar of its own; bars come and go at the end.
    fn show(&mut self, rows: &[Line]) {
        for bar in self.bars.drain(rows.len().min(self.bars.len())..) {
            bar.finish_and_clear();
            self.out.bars().remove(&bar);
        }
        let paper = self.out.paper();
        for (at, row) in rows.iter().enumerate() {
            if at == self.bars.len() {
                self.bars.push(self.out.bars().add(ProgressBar::new_spinner().with_style(as_it_is())));
            }
            self.bars[at].set_message(printed(row, paper));
        }
    }
}

/// A bar that is its message.
fn as_it_is() -> ProgressStyle {
    ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn printed(row: &Line, paper: Paper) -> String {
    let mut page = Page::default();
    page.push(row.clone());
    page.print(paper).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        engine::event::Verb,
        report::{
            channel::{Capture, Channel},
            output::Settings,
            samples::denied,
        },
    };

    async fn followed(settings: Settings) -> String {
        let stderr = Capture::default();
        let out =
            Output::over(settings, Channel::closed(), Channel::capture(stderr.clone(), Paper::default()));
        let (sender, events) = unbounded_channel();
        let progress = out.follow(events);
        let address: Arc<str> = "prod/global/iam/role/deployer".into();
        let steps = vec![Arc::clone(&address)];
        let told = [
            Event::Applying { steps, is_destruction: false },
            Event::Started { address: Arc::clone(&address), verb: Verb::Create },
            Event::Failed { address, error: Arc::new(denied()) },
        ];
        for (event, sequence) in told.into_iter().zip(1..) {
            sender.send(Numbered { sequence, event }).unwrap();
        }
        // The sender is still there: the end comes with `finish` alone.
        progress.finish().await;
        stderr.text()
    }

    #[tokio::test]
    async fn finish_shows_all_that_was_sent() {
        let told = followed(Settings::default()).await;
        assert!(
            told.starts_with(
                "x prod  iam/role/deployer  failed after 0.0s\n  error: failed to call ListRoles\n"
            ),
            "{told}"
        );
        assert_eq!(followed(Settings { quiet: true, ..Settings::default() }).await, "");
        assert!(
            followed(Settings { json: true, ..Settings::default() })
                .await
                .starts_with("error: failed to call")
        );
    }

    #[tokio::test]
    async fn an_end_of_events_is_no_end_of_the_listener() {
        let stderr = Capture::default();
        let channel = Channel::capture(stderr, Paper::default());
        let out = Output::over(Settings::default(), Channel::closed(), channel);
        let (sender, events) = unbounded_channel::<Numbered>();
        drop(sender);
        let progress = out.follow(events);
        progress.settle().await;
        progress.finish().await;
    }
}
