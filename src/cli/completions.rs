//! `landfall completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, exit::Exit, settings::Settings};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall completions zsh > ~/.zfunc/_landfall
  landfall completions fish > ~/.config/fish/completions/landfall.fish";

/// Print what a shell needs to complete commands and options
///
/// bash reads it from `~/.local/share/bash-completion/completions/landfall`, zsh from a file `_landfall` in a folder of
/// `$fpath`, fish from `~/.config/fish/completions/landfall.fish`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// For which shell
    shell: Shell,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    settings.out.data(&script(args.shell));
    Exit::Fine
}

fn script(shell: Shell) -> String {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_gets_every_command() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }

    /// What bash says when it only reads the script.
    #[test]
    fn bash_accepts_its_script() {
        let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().expect("bash is there");
        bash.stdin.take().expect("piped").write_all(script(Shell::Bash).as_bytes()).expect("it reads");
        assert!(bash.wait().expect("it ends").success());
    }

    /// What bash offers after some words.
    #[test]
    fn bash_completes_commands_and_options() {
        let offered = |words: &str, current: usize| {
            let ask = format!(
                "{}\nCOMP_WORDS=({words}); COMP_CWORD={current}; _landfall landfall \"${{COMP_WORDS[{current}]}}\" ''; \
                 echo \"${{COMPREPLY[@]}}\"",
                script(Shell::Bash)
            );
            let told = Command::new("bash").arg("-c").arg(ask).output().expect("bash is there");
            String::from_utf8_lossy(&told.stdout).trim().to_owned()
        };
        assert_eq!(offered("landfall dri", 1), "drift");
        assert_eq!(offered("landfall plan --det", 2), "--detailed-exitcode");
        assert_eq!(offered("landfall policy app", 2), "apply");
    }
}
