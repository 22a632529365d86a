//! How time and memory grow with the organization.
//!
//! `cargo bench` measures; `cargo bench -- --write` measures once more and writes `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on says so by a panic")]

mod landing_zone;
mod stand_in;
mod table;

use std::process::ExitCode;

use cap::Cap;
use divan::{Bencher, black_box};
use mimalloc::MiMalloc;
use peakmem_alloc::PeakMemAlloc;

use landing_zone::{Reader, absent, composed, files, parsed, planned};

/// Tells the most memory since it was asked to begin.
static PEAK: PeakMemAlloc<MiMalloc> = PeakMemAlloc::new(MiMalloc);

/// What `landfall` itself allocates with, counted.
#[global_allocator]
static ALLOCATOR: Cap<&PeakMemAlloc<MiMalloc>> = Cap::new(&PEAK, usize::MAX);

/// So many accounts.
const SIZES: [usize; 4] = [5, 50, 500, 5_000];

/// So many where AWS is asked.
const ASKED: [usize; 3] = [5, 50, 500];

fn main() -> ExitCode {
    if table::way() {
        return ExitCode::SUCCESS;
    }
    if let Some(ended) = stand_in::beside() {
        return ended;
    }
    if std::env::args().any(|argument| argument == "--write") {
        table::write();
    } else {
        divan::main();
    }
    ExitCode::SUCCESS
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn load(bencher: Bencher<'_, '_>, accounts: usize) {
    let files = files(accounts);
    bencher.bench_local(|| parsed(black_box(&files)));
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn compose(bencher: Bencher<'_, '_>, accounts: usize) {
    let zone = parsed(&files(accounts));
    bencher.bench_local(|| composed(black_box(&zone)));
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn plan(bencher: Bencher<'_, '_>, accounts: usize) {
    let graph = composed(&parsed(&files(accounts)));
    let snapshot = absent(&graph);
    bencher.bench_local(|| planned(black_box(&graph), black_box(&snapshot)));
}

/// Over loopback, with answers that take no time to make.
#[divan::bench(args = ASKED, sample_count = 1)]
fn snapshot_and_plan(bencher: Bencher<'_, '_>, accounts: usize) {
    stand_in::with(accounts);
    let (reader, graph) = (Reader::new(), composed(&parsed(&files(accounts))));
    bencher.bench_local(|| reader.plan(black_box(&graph)));
}
