//! `landfall`: turns a folder of TOML into a multi-account AWS organization, and proves that it stays that way.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    landfall::cli::main().await
}
