//! The table of `docs/performance.md`.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use peak_alloc::PeakAlloc;

use super::{
    ASKED, SIZES,
    landing_zone::{Reader, absent, composed, files, parsed, planned},
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

/// Measures everything once and writes the page.
pub(crate) fn write(peak: PeakAlloc) {
    let mut page = String::from(include_str!("performance.md"));
    writeln!(page, "{}\n", machine()).unwrap();
    page.push_str(
        "| accounts | nodes | load | compose | plan | all | bytes a node: model | graph | plan | load to plan, peak MiB |\n",
    );
    page.push_str("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for accounts in SIZES {
        let files = files(accounts);
        peak.reset_peak_usage();
        let before = peak.current_usage();
        let (zone, load) = measured(peak, || parsed(&files));
        let held = peak.current_usage();
        let (graph, compose) = measured(peak, || composed(&zone));
        let a_node = |since: usize| peak.current_usage().saturating_sub(since) / graph.len();
        let (of_model, of_graph) = ((held - before) / graph.len(), a_node(held));
        let snapshot = absent(&graph);
        let held_with_snapshot = peak.current_usage();
        let (plan, planning) = measured(peak, || planned(&graph, &snapshot));
        let of_plan = a_node(held_with_snapshot);
        assert_eq!(plan.steps.len(), graph.len(), "everything is to be made");
        let most = [load.peak, held - before + compose.peak, peak.peak_usage().saturating_sub(before)];
        let most = most.into_iter().max().unwrap_or_default();
        let [one, two, three] = [load.time, compose.time, planning.time];
        writeln!(
            page,
            "| {accounts} | {nodes} | {} | {} | {} | {} | {of_model} | {of_graph} | {of_plan} | {} |",
            seconds(one),
            seconds(two),
            seconds(three),
            seconds(one + two + three),
            most >> 20,
            nodes = graph.len(),
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
    format!("{:.2} s", time.as_secs_f64())
}
