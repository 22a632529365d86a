//! `landfall demo`: the whole story on a machine without an AWS account.

mod tamper;

use std::{env, path::PathBuf, time::Instant};

use super::{
    exit::Exit,
    flow::{self, Done, Look},
    init,
    interrupt::{Interrupt, Signals},
    plan::standing,
    reach, sandbox,
    settings::Settings,
    work::ending,
};
use crate::{
    engine::{
        error::{Class, Error},
        event::Events,
        plan::Options,
        snapshot::Keep,
    },
    report::{Leg, Story},
    sandbox::Flavour,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall demo";

/// Watch all of it in a local AWS, without an AWS account
///
/// Plans, builds, checks, tampers with, catches and repairs an organization of five accounts. Needs Python 3 with its
/// venv module, and no AWS account. Leaves nothing running and no file behind, apart from the Python environment in
/// the cache folder.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The story itself, run inside the local AWS.
    #[arg(long, hide = true, value_name = "DIR")]
    inside: Option<PathBuf>,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match &args.inside {
        Some(directory) => tell(settings, directory).await,
        None => enclose(settings).await,
    }
}

/// Starts the local AWS and runs this program in it: the variables of the caller's own AWS are out of reach there.
async fn enclose(settings: &Settings) -> Exit {
    let failed = |error: Error| {
        settings.out.error(&error);
        Exit::Error
    };
    let program = match env::current_exe() {
        Ok(program) => program.to_string_lossy().into_owned(),
        Err(error) => {
            return failed(Error::new(Class::Final, "can't tell where this program is").source(error));
        }
    };
    let directory = env::temp_dir().join(format!("landfall-demo-{}", std::process::id()));
    let mut signals = Signals::listen();
    let server = match sandbox::start(settings, &mut signals, 0, Flavour::Patched).await {
        Ok(server) => server,
        Err(error) => return failed(error),
    };
    let mut command = vec![program];
    command.extend(settings.arguments());
    command.extend(["demo", "--inside"].map(str::to_owned));
    command.push(directory.to_string_lossy().into_owned());
    let exit = sandbox::inside(settings, &mut signals, server, &command).await;
    // What was never written need not be removed.
    drop(std::fs::remove_dir_all(&directory));
    exit
}

async fn tell(settings: &Settings, directory: &std::path::Path) -> Exit {
    let args = init::Args::plain(directory);
    if let Err(errors) = init::write(&args) {
        for error in &errors {
            settings.out.error(error);
        }
        return Exit::Error;
    }
    let settings = settings.at(directory);
    let interrupt = Interrupt::listen();
    let mut demo = Demo { story: settings.out.story(7), settings: &settings, interrupt, legs: Vec::new() };
    match demo.run().await {
        Ok(()) => Exit::Fine,
        Err(exit) => exit,
    }
}

struct Demo<'a> {
    settings: &'a Settings,
    interrupt: Interrupt,
    story: Story,
    legs: Vec<Leg>,
}

/// One chapter's look at AWS, with what it took.
struct Chapter {
    look: Look,
    options: Options,
    begun: Instant,
}

impl Demo<'_> {
    async fn run(&mut self) -> Result<(), Exit> {
        self.plan().await?;
        self.build().await?;
        self.settled("A second plan has nothing to do").await?;
        self.reach().await?;
        self.tamper().await?;
        self.repair().await?;
        self.settled("Everything is as it should be again").await?;
        self.story.table(&self.legs);
        Ok(())
    }

    async fn look(&self) -> Result<Chapter, Exit> {
        let begun = Instant::now();
        let landing = flow::load(self.settings)?;
        let options = flow::options(&landing.zone, false, false);
        let look =
            flow::look(self.settings, &self.interrupt, &landing, (&options, Keep::Differences)).await?;
        Ok(Chapter { look, options, begun })
    }

    async fn plan(&mut self) -> Result<(), Exit> {
        self.story.chapter(
            "What will happen: the plan of five accounts and their network, of which nothing exists yet",
        );
        let Chapter { look, begun, .. } = self.look().await?;
        self.settings.out.plan(&look.plan, &look.graph, &look.outlook);
        self.took("plan", begun, look.cloud.calls().total(), format!("{} steps", look.plan.steps.len()));
        self.expect(standing(&look.plan), Exit::Changes, "the first plan")
    }

    async fn build(&mut self) -> Result<(), Exit> {
        self.story.chapter("Building it");
        self.apply("apply").await
    }

    async fn repair(&mut self) -> Result<(), Exit> {
        self.story.chapter("Repairing exactly that");
        self.apply("repair").await
    }

    async fn apply(&mut self, leg: &'static str) -> Result<(), Exit> {
        let Chapter { look, options, begun } = self.look().await?;
        look.introduce(self.settings);
        let done = look.apply(self.settings, &options, &self.interrupt.stop, Events::default()).await;
        done.tell(self.settings);
        let Done { outcome, plan, cloud, .. } = done;
        self.took(leg, begun, cloud.calls().total(), format!("{} steps done", outcome.done.len()));
        self.expect(ending(&outcome, &plan), Exit::Fine, "the apply")
    }

    async fn settled(&mut self, title: &str) -> Result<(), Exit> {
        self.story.chapter(title);
        let Chapter { look, begun, .. } = self.look().await?;
        self.settings.out.plan(&look.plan, &look.graph, &look.outlook);
        let calls = look.cloud.calls();
        self.took("plan again", begun, calls.total(), "nothing to do".to_owned());
        if calls.mutating() > 0 {
            return self.fail("a plan changed something");
        }
        self.expect(standing(&look.plan), Exit::Fine, "a plan after an apply")
    }

    /// What gets through, and what does not.
    async fn reach(&mut self) -> Result<(), Exit> {
        self.story.chapter("Who reaches whom: the way out of production, and into it from dev");
        for (from, to) in
            [("vpc:prod/application", "internet"), ("vpc:dev/application", "vpc:prod/application")]
        {
            let args = reach::Args::about(from, to, 443);
            let args = args.map_err(|why| self.error(&Error::new(Class::Final, why)))?;
            self.expect(reach::run(self.settings, &args).await, Exit::Fine, "the question")?;
        }
        Ok(())
    }

    async fn tamper(&mut self) -> Result<(), Exit> {
        self.story.chapter("Four changes behind our back, and the drift they make");
        let Chapter { look, .. } = self.look().await?;
        for done in tamper::all(&look.cloud).await.map_err(|error| self.error(&error))? {
            self.story.point(&format!("somebody {done}"));
        }
        let Chapter { look, begun, .. } = self.look().await?;
        self.settings.out.drift(&look.plan, &look.graph);
        self.took("drift", begun, look.cloud.calls().total(), format!("{} found", look.plan.steps.len()));
        if look.plan.steps.len() != tamper::CHANGES {
            return self.fail("drift is not what was changed");
        }
        self.expect(standing(&look.plan), Exit::Changes, "drift")
    }

    fn took(&mut self, title: &str, begun: Instant, calls: u64, result: String) {
        self.legs.push(Leg { title: title.to_owned(), elapsed: begun.elapsed(), calls, result });
    }

    fn expect(&self, exit: Exit, expected: Exit, what: &str) -> Result<(), Exit> {
        if exit == expected {
            Ok(())
        } else {
            self.fail(&format!("{what} ended as {exit:?}, not as {expected:?}"))
        }
    }

    fn fail(&self, what: &str) -> Result<(), Exit> {
        Err(self.error(&Error::new(Class::Final, what)))
    }

    fn error(&self, error: &Error) -> Exit {
        self.settings.out.error(error);
        Exit::Error
    }
}
