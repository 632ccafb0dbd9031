//! What a command does when a server is named: work with it over HTTP, or say what to do instead.

use super::{AuditCommand, Command, ModuleCommand};

/// How a command stands to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverHttp {
    /// It does over HTTP what it does in a data directory.
    Works,
    /// It has nothing to do with any records.
    Apart,
    /// The same, but that a server which is typed does it too.
    IfTyped,
    /// It looks at this machine, whatever server the environment names.
    Here,
    /// It cannot be done over HTTP; what can be done, in a sentence.
    Not(&'static str),
}

/// On the machine, with the directory.
const THERE: &str = "run it on the server's machine, with --data-dir";

impl Command {
    /// How it stands to a server.
    pub(crate) const fn over_http(&self) -> OverHttp {
        match self {
            Self::Report(_)
            | Self::Key(_)
            | Self::Definition(_)
            | Self::Task(_)
            | Self::Webhook(_)
            | Self::Schedule(_)
            | Self::Audit(AuditCommand::List { .. } | AuditCommand::Export { .. }) => {
                OverHttp::Works
            }
            Self::Audit(AuditCommand::Verify { file, .. }) => match file {
                Some(_) => OverHttp::Apart,
                None => OverHttp::Works,
            },
            Self::Module(command) => of_module(command),
            Self::Verify(_) => OverHttp::Not(
                "run it on the server's machine, with --data-dir; or, for a task of the server, ask with POST \
                 /api/tasks/{task_id}/verify",
            ),
            Self::Console(_) => OverHttp::Not("open /console there, and sign in with a key"),
            Self::Background(_) | Self::Backup(_) | Self::Restore(_) | Self::Retention(_) => {
                OverHttp::Not(THERE)
            }
            Self::Serve(_)
            | Self::Worker(_)
            | Self::Wit(_)
            | Self::Completions { .. }
            | Self::Replay(_)
            | Self::Compile(_) => OverHttp::Apart,
            Self::Ready(_) | Self::Doctor(_) => OverHttp::Here,
        }
    }
}

const fn of_module(command: &ModuleCommand) -> OverHttp {
    match command {
        ModuleCommand::New(_)
        | ModuleCommand::Build(_)
        | ModuleCommand::Test(_)
        | ModuleCommand::Run(_)
        | ModuleCommand::Preview(_)
        | ModuleCommand::Watch(_)
        | ModuleCommand::Bench(_) => OverHttp::Apart,
        ModuleCommand::Check(_) => OverHttp::IfTyped,
        ModuleCommand::Replay(_) => OverHttp::Not(
            "push the component, and ask what it would have done with POST /api/admin/modules/{name}/backtest",
        ),
        _ => OverHttp::Works,
    }
}
