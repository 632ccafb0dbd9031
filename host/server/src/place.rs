//! Where the records are that a command works on: in a data directory, or behind a server's API. One file a noun says
//! how it is read and changed in both, so that commands print the same.

mod components;
mod definitions;
mod documents;
mod keys;
mod modules;
mod schedules;
mod tasks;
mod trail;
mod webhooks;

use quire_records::{Decision, Records};

pub(crate) use modules::{Change, Module, Pushed};
pub(crate) use schedules::WantedSchedule;
pub(crate) use tasks::{CalledOff, TaskFilter, task_id};
pub(crate) use webhooks::WantedWebhook;

use crate::{
    operator,
    remote::{self, Server},
    settings::DataSettings,
    storage,
};

/// Stands in the audit trail where a change over HTTP has its request's id.
const REQUEST_ID: &str = "command-line";

/// A place with records.
#[derive(Clone)]
pub(crate) enum Place {
    /// A data directory, opened.
    Directory(Records),
    /// A server.
    Server(&'static Server),
}

impl Place {
    /// The server that was named, or else the data directory.
    ///
    /// # Errors
    ///
    /// If the directory cannot be opened.
    pub(crate) async fn open(data: &DataSettings) -> anyhow::Result<Self> {
        Ok(match remote::server() {
            Some(server) => Self::Server(server),
            None => Self::Directory(storage::records(data).await?),
        })
    }
}

/// Do something as the person at this machine, for a reason.
pub(crate) async fn decided<T, E: Into<anyhow::Error>>(
    reason: &str,
    revision: Option<u64>,
    change: impl AsyncFnOnce(Decision<'_>) -> Result<T, E>,
) -> anyhow::Result<T> {
    let operator = operator::actor();
    let decision = Decision {
        actor: &operator,
        reason: reason.trim(),
        request_id: REQUEST_ID,
        expected_revision: revision,
    };
    change(decision).await.map_err(Into::into)
}
