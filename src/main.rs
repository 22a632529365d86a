//! `landfall`: turns a folder of TOML into a multi-account AWS organization, and proves that it stays that way.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// An organization is millions of small values, with which the allocators of some systems get slower and slower.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    landfall::cli::main().await
}
