//! The binary `quire`: reads the command line and wires the crates together.
//!
//! One file a command: [`serve`], [`worker`], [`report`], [`verify`], [`keys`], [`module`],
//! [`definition`], [`audit`], [`task`], [`webhook`], [`schedule`],
//! [`background`], [`backup`], [`restore`], [`retention`], [`doctor`], [`replay`], [`compile`]. What they share: [`cli`] and [`settings`] say what can be
//! asked for, [`storage`] opens the records, [`place`] is a
//! data directory or a server (which [`remote`] asks), [`maker`] puts together what makes reports,
//! [`telemetry`] begins the log.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;
mod settings;
mod usage;

mod audit;
mod background;
mod backup;
mod compile;
mod completions;
mod console;
mod definition;
mod doctor;
mod keys;
mod listening;
mod module;
mod ready;
mod replay;
mod report;
mod restore;
mod retention;
mod schedule;
mod serve;
mod task;
mod verify;
mod webhook;
mod webhooks;
mod wit;
mod worker;

mod closed;
mod descriptors;
mod first_key;
mod http;
mod maker;
mod misspelt;
mod modules;
mod operator;
mod place;
mod private;
mod remote;
mod self_test;
mod service_manager;
mod signals;
mod start_event;
mod storage;
mod table;
mod telemetry;
mod terminal;
mod trail;

use std::{ffi::OsString, process::ExitCode};

use crate::{
    cli::{Cli, Command, OverHttp},
    signals::EndSignals,
};

fn main() -> ExitCode {
    private::begin();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let variable = std::env::var_os("QUIRE_LOG_FORMAT");
    terminal::collect(terminal::asked_for(&arguments, variable));
    let cli = match usage::parse(arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage::report(error)),
    };
    // In a process of its own, before there are threads.
    if let Command::Compile(command) = &cli.command {
        return compile::run(command);
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            terminal::note(format!("error: {error:#}"));
            usage::status(&error)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    operator::begin(cli.person.as_deref());
    telemetry::start(&cli.log, default_filter(&cli.command))?;
    if let Some(wrong) = meet_server(&cli) {
        return Ok(usage::wrong(&wrong));
    }
    match cli.command.data() {
        Some((data, needs)) if remote::server().is_none() => storage::prepare(data, needs)?,
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(async {
        // Before anything else: the first process of a container is not ended by a signal that it does not hear.
        let mut signals = EndSignals::listen()?;
        let code = match cli.command {
            Command::Serve(command) => serve::run(*command, signals).await,
            Command::Worker(command) => worker::run(*command, signals).await,
            Command::Replay(command) => replay::run(command, signals).await,
            command => {
                let done = signals.unless(once(command)).await;
                done.map(|done| done.unwrap_or_else(|ended| ended))
            }
        };
        storage::close().await;
        code
    });
    telemetry::end();
    // What still works for a command that was ended is nobody's any more.
    runtime.shutdown_background();
    code
}

/// Begin with the server that is named, if one is; or what is wrong with naming one.
fn meet_server(cli: &Cli) -> Option<String> {
    let address = cli.server.address()?;
    match cli.command.over_http() {
        OverHttp::IfTyped if !cli.server.is_typed => None,
        OverHttp::Works | OverHttp::IfTyped => remote::begin(&cli.server)
            .err()
            .map(|error| format!("{error:#}")),
        OverHttp::Here if cli.server.is_typed => Some(format!(
            "this looks at the machine that it runs on: leave --server out; GET {address}/readyz tells how that server is"
        )),
        OverHttp::Here => {
            terminal::note(format_args!(
                "note: this looks at this machine, not at the server that QUIRE_SERVER names; GET {address}/readyz tells how \
                 that is"
            ));
            None
        }
        OverHttp::Apart if cli.server.is_typed => Some(
            "--server is for commands that work with records; this one has none to work with: leave --server out"
                .to_owned(),
        ),
        OverHttp::Apart => None,
        OverHttp::Not(instead) => Some(format!(
            "this cannot be done over HTTP with the server {address}: {instead}"
        )),
    }
}

/// The commands that end by themselves.
async fn once(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Report(command) => report::run(*command).await,
        Command::Verify(command) => verify::run(command).await,
        Command::Key(command) => keys::run(command).await,
        Command::Console(command) => console::run(command).await,
        Command::Module(command) => module::run(command).await,
        Command::Wit(command) => wit::run(&command),
        Command::Completions { shell } => Ok(completions::run(shell)),
        Command::Definition(command) => definition::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Background(command) => background::run(command).await,
        Command::Task(command) => task::run(command).await,
        Command::Webhook(command) => webhook::run(command).await,
        Command::Schedule(command) => schedule::run(command).await,
        Command::Backup(command) => backup::run(command).await,
        Command::Restore(command) => restore::run(command).await,
        Command::Retention(command) => retention::run(command).await,
        Command::Doctor(command) => doctor::run(*command).await,
        Command::Ready(command) => ready::run(command).await,
        Command::Compile(command) => Ok(compile::run(&command)),
        Command::Serve(_) | Command::Worker(_) | Command::Replay(_) => Ok(ExitCode::FAILURE),
    }
}

/// A server tells what it does; a command that ends by itself only what went wrong.
fn default_filter(command: &Command) -> &'static str {
    match command {
        Command::Serve(_) | Command::Worker(_) | Command::Replay(_) => "info",
        Command::Report(_)
        | Command::Verify(_)
        | Command::Key(_)
        | Command::Console(_)
        | Command::Module(_)
        | Command::Wit(_)
        | Command::Completions { .. }
        | Command::Definition(_)
        | Command::Audit(_)
        | Command::Background(_)
        | Command::Task(_)
        | Command::Webhook(_)
        | Command::Schedule(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Retention(_)
        | Command::Doctor(_)
        | Command::Ready(_)
        | Command::Compile(_) => "warn",
    }
}
