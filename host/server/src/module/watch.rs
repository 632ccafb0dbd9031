//! `quire module watch`: builds a component whenever it is saved, and shows its section in a browser.

mod saved;

use std::{convert::Infallible, path::Path, process::ExitCode, sync::Arc, time::Instant};

use anyhow::Context as _;
use quire_console::{Trouble, Workshop};
use quire_model::{Background, Label};
use quire_modules::{Loaded, ModuleHost, Sample};
use tokio::net::TcpListener;

use self::saved::Saved;
use crate::{
    cli::{RunInputs, WatchModule},
    module::inputs,
    modules, self_test,
    terminal::{self, say},
};

/// Reports of the large input.
const MANY: usize = 1_000;

/// Serve the page until it is interrupted, and follow what is saved.
pub(crate) async fn run(command: WatchModule) -> anyhow::Result<ExitCode> {
    let saved = Saved::of(command.file.as_deref())?;
    let scratch = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(scratch.path())?;
    let listener = TcpListener::bind(("127.0.0.1", command.port)).await;
    let listener = listener.with_context(|| format!("--port {} cannot be used", command.port))?;
    let port = listener.local_addr()?.port();
    let workshop = Workshop::new(saved.name(), host.clone(), samples()?);
    let serving = axum::serve(listener, workshop.router(port));
    say(format_args!(
        "{}: listening on http://127.0.0.1:{port}/",
        saved.name()
    ));
    tokio::select! {
        served = async { serving.await } => served.context("the page cannot be served")?,
        followed = follow(&workshop, &host, saved) => drop(followed?),
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What can be chosen on the page.
fn samples() -> anyhow::Result<Vec<Sample>> {
    let usual = inputs::sample(&RunInputs::default())?;
    let alone = Sample {
        name: format!("{}, without a background and a label", usual.name),
        background: Arc::new(Background::Unavailable(self_test::NOT_ASKED.to_owned())),
        label: Arc::new(Label::Unavailable(self_test::NOT_ASKED.to_owned())),
        ..usual.clone()
    };
    Ok(vec![
        usual,
        self_test::of("no reports", &[])?,
        alone,
        self_test::made_up(MANY)?,
    ])
}

/// Build and load it now, and after each time that it is saved.
async fn follow(
    workshop: &Workshop,
    host: &ModuleHost,
    mut saved: Saved,
) -> anyhow::Result<Infallible> {
    let mut before: Option<Arc<Loaded>> = None;
    loop {
        saved.changed().await;
        workshop.begin();
        let began = Instant::now();
        match load(host, &saved).await? {
            Ok(module) => {
                let (title, version) = (&module.manifest.title, &module.manifest.version);
                let took = began.elapsed();
                say(format_args!(
                    "{title} {version} ({}), built and loaded in {:.1} s",
                    module.digest.short(),
                    took.as_secs_f64()
                ));
                if let Some(before) = before.replace(Arc::clone(&module))
                    && before.digest != module.digest
                {
                    host.forget(before.digest);
                }
                workshop.show(module, took);
            }
            Err(trouble) => {
                terminal::note_lines(&format!("error: {}\n{}", trouble.what, trouble.detail));
                workshop.fail(trouble);
            }
        }
    }
}

/// The component of what is saved; or why there is none.
async fn load(host: &ModuleHost, saved: &Saved) -> anyhow::Result<Result<Arc<Loaded>, Trouble>> {
    let file = match saved.build().await {
        Ok(file) => file,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let wasm = match std::fs::read(&file) {
        Ok(wasm) => wasm,
        Err(error) => return Ok(Err(unreadable(&file, &error))),
    };
    match modules::load(host, wasm).await? {
        Ok(module) => Ok(Ok(module)),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(refusal) => Ok(Err(Trouble {
            what: format!("The component is refused ({}).", refusal.refusal()),
            detail: refusal.to_string(),
        })),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Trouble {
    Trouble {
        what: format!("{} cannot be read.", file.display()),
        detail: error.to_string(),
    }
}
