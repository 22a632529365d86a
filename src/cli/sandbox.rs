//! `landfall sandbox`

use std::{
    env, fs,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use tokio::process::{Child, Command};

use super::{
    exit::Exit,
    interrupt::{Signal, Signals},
    settings::Settings,
};
use crate::{
    engine::error::{Class, Error},
    runs,
    sandbox::{self, Environment, Flavour, Server, default_cache},
};

/// Variables that would lead a tool elsewhere.
const ASTRAY: [&str; 2] = ["AWS_PROFILE", "AWS_SESSION_TOKEN"];

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall sandbox
  landfall sandbox --ephemeral -- landfall apply --yes
  landfall sandbox --ephemeral -- bash    # a shell inside";

/// Start a local AWS to try things against
///
/// Needs Python 3.10 or later with its venv module. It runs until Ctrl-C, listens on the loopback interface only and
/// forgets everything when it ends, the journals of runs in it included. What it prints lets any tool use it: paste it
/// into another terminal. With `--ephemeral` it runs one command inside instead, and ends with it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
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
    let mut signals = Signals::listen();
    let server = match start(settings, &mut signals, port, flavour).await {
        Ok(server) => server,
        Err(error) => {
            settings.out.error(&error);
            return Exit::Error;
        }
    };
    if ephemeral {
        inside(settings, &mut signals, server, &command).await
    } else {
        serve(settings, &mut signals, server).await
    }
}

/// Prepares the environment, which takes its time once, and starts the server.
pub(super) async fn start(
    settings: &Settings,
    signals: &mut Signals,
    port: u16,
    flavour: Flavour,
) -> Result<Server, Error> {
    let starting = async {
        let environment =
            Environment::prepare(&default_cache(), &|doing: &str| settings.out.status(doing)).await?;
        Server::start(&environment, port, flavour).await
    };
    // What was started on the way ends when it is dropped.
    tokio::select! {
        server = starting => server.map_err(explained),
        _ = signals.next() => Err(Error::new(Class::Interrupted, "interrupted before the local AWS was there")),
    }
}

fn explained(error: sandbox::Error) -> Error {
    let hint = error.hint();
    Error::new(Class::Final, "failed to start the local AWS").source(error).hint(hint)
}

/// Where runs in a sandbox leave what runs leave on their machine: it goes with the sandbox that they ran in.
struct State(PathBuf);

impl State {
    /// Makes the folder, which nobody else may have made; tells why it can't be made.
    fn make(settings: &Settings) -> Result<Self, Exit> {
        let folder = env::temp_dir().join(format!("landfall-sandbox-{}", std::process::id()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&folder) {
            Ok(()) => Ok(Self(folder)),
            Err(error) => {
                let what = format!("failed to make `{}`", folder.display());
                let error = Error::new(Class::Final, what).source(error);
                settings.out.error(&error.hint("TMPDIR names another folder to make it in"));
                Err(Exit::Error)
            }
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // What can't be removed is in a folder for what is temporary.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What tools need to use the local AWS, and what Landfall needs to leave nothing of it elsewhere.
fn variables(server: &Server, State(state): &State) -> Vec<(&'static str, String)> {
    let mut variables = server.variables();
    variables.push((runs::STATE, state.to_string_lossy().into_owned()));
    variables
}

async fn serve(settings: &Settings, signals: &mut Signals, mut server: Server) -> Exit {
    let Ok(state) = State::make(settings) else { return Exit::Error };
    settings.out.sandbox(&variables(&server, &state), &ASTRAY);
    settings.out.status("The local AWS is running; Ctrl-C ends it and forgets everything.");
    settings.out.hint("paste the lines above into another terminal to use it there");
    tokio::select! {
        _ = signals.next() => {}
        () = server.ended() => {
            settings.out.error(&Error::new(Class::Final, "the local AWS ended by itself"));
            return Exit::Error;
        }
    }
    server.stop().await;
    Exit::Fine
}

/// Runs one command with the variables set; ends as it ends.
pub(super) async fn inside(
    settings: &Settings,
    signals: &mut Signals,
    server: Server,
    command: &[String],
) -> Exit {
    let Some((program, arguments)) = command.split_first() else { return Exit::Fine };
    let Ok(state) = State::make(settings) else { return Exit::Error };
    let mut child = Command::new(program);
    child.args(arguments).envs(variables(&server, &state));
    for name in ASTRAY {
        child.env_remove(name);
    }
    child.stdin(Stdio::inherit()).kill_on_drop(true);
    let ended = match child.spawn() {
        Ok(mut child) => wait(&mut child, signals).await,
        Err(error) => {
            let what = format!("failed to run `{program}`");
            settings.out.error(&Error::new(Class::Final, what).source(error));
            None
        }
    };
    server.stop().await;
    ended.map_or(Exit::Error, Exit::Of)
}

/// Waits for the command: it is the command's to end when it is asked to. Ctrl-C reaches it too; the other is passed on.
async fn wait(child: &mut Child, signals: &mut Signals) -> Option<u8> {
    loop {
        tokio::select! {
            ended = child.wait() => return ended.ok().map(code),
            sent = signals.next() => if sent == Signal::Terminate {
                terminate(child);
            },
        }
    }
}

/// As shells tell it: the number of the signal that ended a command comes after 128.
fn code(ended: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&ended).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    ended.code().or(signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
fn terminate(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // A command that has gone needs no telling.
    _ = id.map(|id| kill_process(id, Signal::TERM));
}

#[cfg(not(unix))]
fn terminate(_: &Child) {}
