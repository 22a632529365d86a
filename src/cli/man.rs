//! `landfall man`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Command, CommandFactory as _, builder::Resettable};
use clap_mangen::Man;

use super::{Cli, exit::Exit, file::replace, settings::Settings};
use crate::{
    engine::error::{Class, Error},
    names::nearest,
    report::plural,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall man plan | man -l -
  landfall man --dir ~/.local/share/man/man1    # for `man landfall-plan`";

/// Print manual pages, or write all of them into a folder
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The command, such as `plan` or `policy apply` (default: Landfall as a whole)
    #[arg(conflicts_with = "dir")]
    command: Vec<String>,
    /// The folder to write a page for each command to; made if it is not there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// A page: the name of its file, and its text.
struct Page {
    file: String,
    text: String,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let done = match &args.dir {
        None => one(&args.command).map(|page| settings.out.data(&page.text)),
        Some(dir) => write(dir).map(|count| {
            let told = format!("wrote {} to {}", plural(count, "manual page"), dir.display());
            settings.out.status(&told);
        }),
    };
    match done {
        Ok(()) => Exit::Fine,
        Err(error) => {
            settings.out.error(&error);
            Exit::Error
        }
    }
}

/// The whole command line, with what holds for every command in each.
fn whole() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

fn one(words: &[String]) -> Result<Page, Error> {
    let mut command = whole();
    for word in words {
        let Some(found) = command.find_subcommand(word) else {
            let error = Error::new(Class::Final, format!("there is no command `{}`", words.join(" ")));
            let near = nearest(word, command.get_subcommands().map(Command::get_name));
            return Err(match near {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`landfall --help` lists them all"),
            });
        };
        command = found.clone();
    }
    Ok(page(command))
}

fn page(command: Command) -> Page {
    let examples = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.after_help(Resettable::Reset));
    let man = man.manual("Landfall").source(concat!("Landfall ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    // Writing to memory can't fail.
    man.render(&mut text).ok();
    let mut text = String::from_utf8_lossy(&text).into_owned();
    text.extend(examples.as_deref().map(set));
    Page { file: man.get_filename(), text }
}

/// Examples as a section of their own, line by line as they are.
fn set(examples: &str) -> String {
    let escapes = [('\\', "\\e"), ('-', "\\-"), ('\'', "\\(aq"), ('`', "\\(ga"), ('~', "\\(ti")];
    let mut lines = String::new();
    for line in examples.lines().skip(1) {
        let plain = line.trim_start().to_owned();
        let line = escapes.iter().fold(plain, |line, (char, escaped)| line.replace(*char, escaped));
        lines.extend(["\\&", &line, "\n"]);
    }
    format!(".SH EXAMPLES\n.nf\n{lines}.fi\n")
}

/// A page for each command, and for each command of a command.
fn pages(command: &Command) -> Vec<Page> {
    let inner = command.get_subcommands().flat_map(pages);
    std::iter::once(page(command.clone())).chain(inner).collect()
}

fn write(dir: &Path) -> Result<usize, Error> {
    let made = fs::create_dir_all(dir);
    made.map_err(|error| {
        Error::new(Class::Final, format!("failed to make the folder {}", dir.display())).source(error)
    })?;
    let pages = pages(&whole());
    for Page { file, text } in &pages {
        replace(&dir.join(file), text)?;
    }
    Ok(pages.len())
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        process::{Command as Process, Stdio},
    };

    use super::*;

    fn words(words: &str) -> Vec<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_command_has_a_page() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("man1");
        let count = write(&folder).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), count);
        for command in Cli::command().get_subcommands() {
            let page = fs::read_to_string(folder.join(format!("landfall-{}.1", command.get_name()))).unwrap();
            for section in ["SYNOPSIS", "OPTIONS", "EXAMPLES"] {
                assert!(page.contains(&format!(".SH {section}")), "{page}");
            }
        }
        assert!(folder.join("landfall.1").exists() && folder.join("landfall-policy-apply.1").exists());
    }

    #[test]
    fn a_page_is_found_by_the_words_of_its_command() {
        assert_eq!(one(&[]).unwrap().file, "landfall.1");
        assert_eq!(one(&words("policy apply")).unwrap().file, "landfall-policy-apply.1");
        let error = one(&words("plam")).err().unwrap();
        assert_eq!(
            (error.to_string().as_str(), error.hint.as_deref()),
            ("there is no command `plam`", Some("did you mean `plan`?"))
        );
    }

    /// What a typesetter makes of it, where there is one.
    #[test]
    fn a_page_is_set_without_complaints() {
        for page in pages(&whole()) {
            assert!(page.text.contains(".TH ") && page.text.contains(".SH NAME"), "{}", page.file);
            let mut groff = Process::new("groff");
            groff.args(["-man", "-Tutf8", "-ww", "-z"]);
            groff.stdin(Stdio::piped()).stderr(Stdio::piped());
            let Ok(mut groff) = groff.spawn() else { continue };
            groff.stdin.take().unwrap().write_all(page.text.as_bytes()).unwrap();
            let ended = groff.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", page.file);
            assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{}", page.file);
        }
    }
}
