//! Plans in files: what was reviewed is what runs, or nothing does.

mod text;

use std::{fs, path::Path};

use super::{
    exit::Exit,
    file,
    flow::{self, Landing, Look},
    plan::Reach,
    settings::Settings,
};
use crate::{
    config::Files,
    engine::error::{Class, Error},
    report::{
        Difference,
        json::{self, Saved},
        plural,
    },
};

/// Writes what was planned to a file.
pub(super) fn write(
    settings: &Settings,
    path: &Path,
    (landing, look): (&Landing, &Look),
    &Reach { adopt, prune }: &Reach,
) -> Result<(), Exit> {
    let options = json::Options { adopt, prune, only: settings.only.clone() };
    // What is not UTF-8 was complained of when it was parsed.
    let files = landing
        .files
        .iter()
        .map(|(path, content)| (path.to_string(), String::from_utf8_lossy(content).into()));
    let saved = Saved::of(&look.plan, look.caller.account.as_str(), options, files.collect());
    file::replace(path, &saved.text()).map_err(|error| refuse(settings, &error))?;
    let path = path.display();
    settings.out.status(&format!("Wrote the plan to {path}; it holds no specs and no secrets."));
    settings.out.hint(&format!(
        "`landfall apply {path}` does exactly this, or nothing if it would be another plan then"
    ));
    Ok(())
}

/// Reads a plan from a file, and what its own text says.
pub(super) fn open(settings: &Settings, path: &Path) -> Result<(Saved, Landing), Exit> {
    if !settings.only.is_empty() {
        let error = Error::new(Class::Final, "a saved plan says itself what it is about");
        return Err(refuse(settings, &error.hint("leave `--only` out, or plan again with it")));
    }
    let unreadable = |error: std::io::Error| {
        Error::new(Class::Final, format!("failed to read {}", path.display()))
            .source(error)
            .hint("`landfall plan --out FILE` writes a plan that can be applied")
    };
    let bytes = fs::read(path).map_err(|error| refuse(settings, &unreadable(error)))?;
    let saved = Saved::parse(&String::from_utf8_lossy(&bytes))
        .map_err(|error| refuse(settings, &error.fact("file", path.display().to_string())))?;
    let mut files = Files::default();
    for (path, text) in &saved.files {
        files.insert(path.as_str(), text.as_bytes().to_vec());
    }
    compare(settings, path, &files)?;
    let landing = flow::proven(settings, files)?;
    Ok((saved, landing))
}

/// Refuses to apply a plan beside a landing zone that is not the one it was made of. Where there is none, the plan's own
/// text is all there is.
fn compare(settings: &Settings, path: &Path, planned: &Files) -> Result<(), Exit> {
    let now = Files::read(&settings.directory);
    let directory = settings.directory.display();
    if now.iter().next().is_none() && !settings.directory.join("organization.toml").exists() {
        settings
            .out
            .status(&format!("There is no landing zone in {directory} to compare that of the plan with."));
        return Ok(());
    }
    let differences = text::differences(planned, now);
    let count = differences.count();
    if count == 0 {
        return Ok(());
    }
    if settings.out.is_json() {
        settings.out.validated(&flow::views(&differences));
    } else {
        settings.out.rendered(&differences.render(settings.out.has_colors()));
    }
    let what = format!(
        "the landing zone in {directory} is not the one that {} was made of: {}; nothing was sent to AWS",
        path.display(),
        plural(count, "difference")
    );
    let error = Error::new(Class::Stale, what);
    Err(refuse(settings, &error.hint("plan again, or go back to the text that was planned")))
}

/// Refuses to apply a plan that would be another one now.
pub(super) fn demand(settings: &Settings, path: &Path, saved: &Saved, look: &Look) -> Result<(), Exit> {
    let account = look.caller.account.as_str();
    if saved.account != account {
        let what =
            format!("the plan was made in account {}, and you are in account {account}", saved.account);
        let error = Error::new(Class::Stale, what).fact("file", path.display().to_string());
        return Err(refuse(settings, &error.hint("use credentials of that account (`--profile`)")));
    }
    let difference = Difference::between(saved, &look.plan);
    if difference.is_none() {
        return Ok(());
    }
    settings.out.difference(&difference);
    let what = format!("AWS is not as it was when {} was written: {}", path.display(), difference.sentence());
    let error = Error::new(Class::Stale, what);
    Err(refuse(settings, &error.hint("nothing was changed; plan again, and look at what is new")))
}

fn refuse(settings: &Settings, error: &Error) -> Exit {
    settings.out.error(error);
    Exit::Error
}
