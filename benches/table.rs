//! The table of `docs/performance.md`.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use landfall::config::Files;
use peak_alloc::PeakAlloc;

use super::{
    ASKED, SIZES,
    landing_zone::{Reader, absent, changes, composed, files, parsed, planned},
    stand_in,
};

/// What a piece of work took.
struct Took {
    time: Duration,
    /// The most bytes that were allocated at once, above what there was before.
    peak: usize,
}

fn measured<T>(peak: PeakAlloc, work: impl FnOnce() -> T) -> (T, Took) {
    peak.reset_peak_usage();
    let (before, begun) = (peak.current_usage(), Instant::now());
    let made = work();
    let took = Took { time: begun.elapsed(), peak: peak.peak_usage().saturating_sub(before) };
    (made, took)
}

/// So many times is what takes little time measured, to tell its time from chance.
const TIMES: usize = 21;

/// What a landing zone takes, from its files to the plan.
struct Way {
    nodes: usize,
    /// To load, to compose, to plan, and to put together all changes of the plan for whoever wants to see them.
    times: [Duration; 4],
    /// What stays: the model, the graph, and what was read with the plan.
    bytes: [usize; 3],
    /// The most bytes that were allocated at once.
    peak: usize,
}

impl Way {
    /// Goes it once.
    fn gone(peak: PeakAlloc, files: &Files) -> Self {
        peak.reset_peak_usage();
        let before = peak.current_usage();
        let (zone, load) = measured(peak, || parsed(files));
        let loaded = peak.current_usage();
        let (graph, compose) = measured(peak, || composed(&zone));
        let composed = peak.current_usage();
        let ((plan, _snapshot), planning) = measured(peak, || {
            let snapshot = absent(&graph);
            (planned(&graph, &snapshot), snapshot)
        });
        let bytes = [loaded - before, composed - loaded, peak.current_usage().saturating_sub(composed)];
        let (changes, tell) = measured(peak, || changes(&plan));
        assert!(changes > graph.len(), "each has fields");
        assert_eq!(plan.steps.len(), graph.len(), "everything is to be made");
        let peaks = [load.peak, loaded - before + compose.peak, composed - before + planning.peak];
        Self {
            nodes: graph.len(),
            times: [load.time, compose.time, planning.time, tell.time],
            bytes,
            peak: peaks.into_iter().max().unwrap_or_default(),
        }
    }

    /// Goes it several times, where it is short: of each time the one in the middle.
    fn of(peak: PeakAlloc, accounts: usize) -> Self {
        let files = files(accounts);
        let times = (SIZES[SIZES.len() - 1] / accounts).clamp(1, TIMES);
        let mut ways: Vec<_> = (0..times).map(|_| Self::gone(peak, &files)).collect();
        let middle = |part: usize| {
            let mut times: Vec<_> = ways.iter().map(|way| way.times[part]).collect();
            times.sort_unstable();
            times[times.len() / 2]
        };
        let times = std::array::from_fn(middle);
        // The first may have filled what is kept for as long as the program runs.
        let way = ways.swap_remove(ways.len() / 2);
        Self { times, ..way }
    }
}

/// Measures everything and writes the page.
pub(crate) fn write(peak: PeakAlloc) {
    let mut page = String::from(include_str!("performance.md"));
    writeln!(page, "{}\n", machine()).unwrap();
    page.push_str(
        "| accounts | nodes | load | compose | plan | its changes | all | an account | bytes a node: model | graph | plan | load to plan, peak MiB |\n",
    );
    page.push_str("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for accounts in SIZES {
        let Way { nodes, times: [load, compose, plan, tell], bytes, peak } = Way::of(peak, accounts);
        let [model, graph, planned] = bytes.map(|bytes| bytes / nodes);
        let all = load + compose + plan + tell;
        let an_account = all.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(accounts).unwrap());
        writeln!(
            page,
            "| {accounts} | {nodes} | {} | {} | {} | {} | {} | {an_account:.2} ms | {model} | {graph} | {planned} | {} |",
            seconds(load),
            seconds(compose),
            seconds(plan),
            seconds(tell),
            seconds(all),
            peak >> 20,
        )
        .unwrap();
    }
    page.push_str("\n| accounts asked, two Regions | nodes | snapshot and plan | peak MiB |\n| ---: | ---: | ---: | ---: |\n");
    let reader = Reader::new();
    for accounts in ASKED {
        stand_in::with(accounts);
        let graph = composed(&parsed(&files(accounts)));
        let (plan, took) = measured(peak, || reader.plan(&graph));
        assert!(plan.has_changes());
        writeln!(page, "| {accounts} | {} | {} | {} |", graph.len(), seconds(took.time), took.peak >> 20)
            .unwrap();
    }
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    fs::write(to, page).unwrap();
}

/// What it was measured on, and what that was busy with.
fn machine() -> String {
    let cores = available_parallelism().unwrap();
    let load = fs::read_to_string("/proc/loadavg").ok();
    match load.as_deref().and_then(|load| load.split(' ').next()) {
        Some(load) => format!(
            "Measured on {cores} cores, of which others used {load} when it began (the load of a minute)."
        ),
        None => format!("Measured on {cores} cores."),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}
