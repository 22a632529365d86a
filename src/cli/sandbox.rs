//! `landfall sandbox`

use std::process::Stdio;

use tokio::process::Command;

use super::{exit::Exit, interrupt::interrupted, settings::Settings};
use crate::{
    engine::error::{Class, Error},
    sandbox::{self, Environment, Flavour, Server, default_cache},
};

/// Start a local AWS to try things against, until Ctrl-C
///
/// It listens on the loopback interface only and forgets everything when it ends. The variables it prints let any
/// tool use it: `eval "$(landfall sandbox &)"` is not needed for `--ephemeral`, which runs one command inside.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The port to listen on; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Moto as it is, without what Landfall adds
    #[arg(long)]
    plain: bool,
    /// Run one command inside, then stop
    #[arg(long, requires = "command")]
    ephemeral: bool,
    /// The command and its arguments
    #[arg(last = true, requires = "ephemeral")]
    command: Vec<String>,
}

pub(super) async fn run(settings: &Settings, args: Args) -> Exit {
    let Args { port, plain, ephemeral, command } = args;
    let flavour = if plain { Flavour::Plain } else { Flavour::Patched };
    let server = match start(settings, port, flavour).await {
        Ok(server) => server,
        Err(error) => {
            settings.out.error(&error);
            return Exit::Error;
        }
    };
    if ephemeral { inside(settings, server, &command).await } else { serve(settings, server).await }
}

/// Prepares the environment, which takes its time once, and starts the server.
pub(super) async fn start(settings: &Settings, port: u16, flavour: Flavour) -> Result<Server, Error> {
    let environment = Environment::prepare(&default_cache(), &|doing: &str| settings.out.status(doing)).await;
    let environment = environment.map_err(explained)?;
    Server::start(&environment, port, flavour).await.map_err(explained)
}

fn explained(error: sandbox::Error) -> Error {
    let hint = error.hint();
    Error::new(Class::Final, "failed to start the local AWS").source(error).hint(hint)
}

async fn serve(settings: &Settings, mut server: Server) -> Exit {
    for (name, value) in server.variables() {
        settings.out.data(&format!("export {name}={value}\n"));
    }
    settings.out.status("The local AWS is running; Ctrl-C ends it and forgets everything.");
    tokio::select! {
        _ = interrupted() => {}
        () = server.ended() => {
            settings.out.error(&Error::new(Class::Final, "the local AWS ended by itself"));
            return Exit::Error;
        }
    }
    server.stop().await;
    Exit::Fine
}

/// Runs one command with the variables set; ends as it ends.
pub(super) async fn inside(settings: &Settings, server: Server, command: &[String]) -> Exit {
    let Some((program, arguments)) = command.split_first() else { return Exit::Fine };
    let mut child = Command::new(program);
    child.args(arguments).envs(server.variables()).env_remove("AWS_PROFILE").env_remove("AWS_SESSION_TOKEN");
    child.stdin(Stdio::inherit()).kill_on_drop(true);
    let ended = match child.spawn() {
        Ok(mut child) => wait(&mut child).await,
        Err(error) => {
            let what = format!("failed to run `{program}`");
            settings.out.error(&Error::new(Class::Final, what).source(error));
            None
        }
    };
    server.stop().await;
    ended.map_or(Exit::Error, Exit::Of)
}

/// Waits for the command. Ctrl-C reaches it too: it is the command's to end then.
async fn wait(child: &mut tokio::process::Child) -> Option<u8> {
    loop {
        tokio::select! {
            ended = child.wait() => {
                let code = ended.ok()?.code();
                return Some(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
            }
            _ = interrupted() => {}
        }
    }
}
