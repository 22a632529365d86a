//! The table of `docs/performance.md`.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
    process::Command,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use peakmem_alloc::PeakMemAllocTrait as _;

use super::{
    ALLOCATOR, ASKED, PEAK, SIZES,
    landing_zone::{Reader, absent, changes, composed, files, parsed, planned},
    stand_in,
};

/// What a piece of work took.
struct Took {
    time: Duration,
    /// The most bytes that were allocated at once, above what there was before.
    peak: usize,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Took) {
    PEAK.reset_peak_memory();
    let begun = Instant::now();
    let made = work();
    (made, Took { time: begun.elapsed(), peak: PEAK.get_peak_memory() })
}

/// So many times is what takes little time measured, to tell its time from chance.
const TIMES: usize = 21;

/// What a landing zone takes, from its files to the plan: numbers, as a process of its own prints them.
#[derive(Clone, Copy)]
struct Way([usize; 9]);

impl Way {
    /// Goes it, in a process that has done nothing before, as whoever runs `landfall` does.
    fn gone(accounts: usize) -> Self {
        let files = files(accounts);
        let before = ALLOCATOR.allocated();
        let (zone, load) = measured(|| parsed(&files));
        let loaded = ALLOCATOR.allocated();
        let (graph, compose) = measured(|| composed(&zone));
        let composed = ALLOCATOR.allocated();
        let ((plan, _snapshot), planning) = measured(|| {
            let snapshot = absent(&graph);
            (planned(&graph, &snapshot), snapshot)
        });
        let planned = ALLOCATOR.allocated();
        let (changes, tell) = measured(|| changes(&plan));
        assert!(changes > graph.len(), "each has fields");
        assert_eq!(plan.steps.len(), graph.len(), "everything is to be made");
        let [one, two, three, four] = [&load, &compose, &planning, &tell].map(|took| {
            let micros = took.time.as_micros();
            usize::try_from(micros).unwrap()
        });
        let peaks = [load.peak, loaded - before + compose.peak, composed - before + planning.peak];
        let peak = peaks.into_iter().max().unwrap_or_default();
        let bytes = [loaded - before, composed - loaded, planned - composed];
        let [model, of_graph, of_plan] = bytes.map(|bytes| bytes / graph.len());
        Self([graph.len(), one, two, three, four, model, of_graph, of_plan, peak])
    }

    /// Goes it several times, where it is short: of each number the one in the middle.
    fn of(accounts: usize) -> Self {
        let times = (SIZES[SIZES.len() - 1] / accounts).clamp(1, TIMES);
        let ways: Vec<_> = (0..times).map(|_| Self::apart(accounts)).collect();
        Self(std::array::from_fn(|at| {
            let mut numbers: Vec<_> = ways.iter().map(|Self(numbers)| numbers[at]).collect();
            numbers.sort_unstable();
            numbers[numbers.len() / 2]
        }))
    }

    fn apart(accounts: usize) -> Self {
        let mut process = Command::new(env::current_exe().unwrap());
        let ended = process.args([WAY, &accounts.to_string()]).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let text = String::from_utf8(ended.stdout).unwrap();
        let numbers: Vec<_> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
        Self(numbers.try_into().unwrap())
    }
}

/// Goes one way, if this process was started for that, and prints what it took.
pub(crate) fn way() -> bool {
    let mut arguments = env::args().skip(1);
    let is_way = arguments.next().as_deref() == Some(WAY);
    if is_way {
        let Way(numbers) = Way::gone(arguments.next().unwrap().parse().unwrap());
        let text = numbers.map(|number| number.to_string()).join(" ");
        io::stdout().write_all(text.as_bytes()).unwrap();
    }
    is_way
}

/// What a process is told that is to go one way.
const WAY: &str = "--way";

/// Measures everything and writes the page.
pub(crate) fn write() {
    let mut page = String::from(include_str!("performance.md"));
    writeln!(page, "{}\n", machine()).unwrap();
    page.push_str(
        "| accounts | nodes | load | compose | plan | its changes | all | an account | bytes a node: model | graph | plan | load to plan, peak MiB |\n",
    );
    page.push_str("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for accounts in SIZES {
        let Way([nodes, load, compose, plan, tell, model, graph, planned, peak]) = Way::of(accounts);
        let times = [load, compose, plan, tell, load + compose + plan + tell];
        let times = times.map(|micros| Duration::from_micros(micros.try_into().unwrap()));
        let an_account = times[4] / u32::try_from(accounts).unwrap();
        writeln!(
            page,
            "| {accounts} | {nodes} | {} | {:.2} ms | {model} | {graph} | {planned} | {} |",
            times.map(seconds).join(" | "),
            an_account.as_secs_f64() * 1_000.0,
            peak >> 20,
        )
        .unwrap();
    }
    page.push_str("\n| accounts asked, two Regions | nodes | snapshot and plan | peak MiB |\n| ---: | ---: | ---: | ---: |\n");
    let reader = Reader::new();
    for accounts in ASKED {
        stand_in::with(accounts);
        let graph = composed(&parsed(&files(accounts)));
        let (plan, took) = measured(|| reader.plan(&graph));
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
