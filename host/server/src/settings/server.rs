//! The server that commands work with over HTTP, in place of a data directory.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::{PublicAddress, SecretFile, parse_address, parse_timeout, secret_file};

/// Which server, and with which key.
#[derive(Clone, Args)]
pub(crate) struct ServerSettings {
    /// Work with the server at this address, over HTTP, in place of a data directory
    #[arg(long, env = "QUIRE_SERVER", value_name = "URL", global = true, value_parser = parse_address)]
    server: Option<PublicAddress>,

    /// The API key for it; better in the variable or in a file, since others can see what is typed
    #[arg(
        long,
        env = "QUIRE_API_KEY",
        value_name = "KEY",
        global = true,
        hide_env_values = true,
        hide_short_help = true
    )]
    api_key: Option<String>,

    /// A file that holds that key
    #[arg(
        long,
        env = "QUIRE_API_KEY_FILE",
        value_name = "FILE",
        global = true,
        hide_short_help = true
    )]
    key_file: Option<SecretFile>,

    /// How long it may be silent: until it answers, or in the middle of an answer; a component may take ten minutes on its
    /// way, whatever this is. A server gives up itself after 60 seconds, and says so.
    #[arg(
        long,
        env = "QUIRE_TIMEOUT",
        value_name = "DURATION",
        global = true,
        default_value = "70s",
        hide_short_help = true,
        value_parser = parse_timeout
    )]
    pub(crate) timeout: Duration,

    /// Whether it stands on the command line, not in a variable.
    #[arg(skip)]
    pub(crate) is_typed: bool,
}

impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerSettings")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl ServerSettings {
    /// The address without a slash at its end; none where a data directory is meant.
    pub(crate) fn address(&self) -> Option<&str> {
        self.server.as_ref().map(PublicAddress::as_str)
    }

    /// A data directory is meant after all: it was typed, and the server stands in a variable.
    pub(crate) fn forget(&mut self) {
        self.server = None;
    }

    /// The key that was given, itself before its file.
    pub(crate) fn key(&self) -> Option<&str> {
        secret_file::first(self.api_key.as_deref(), self.key_file.as_ref())
    }

    /// Certificates (PEM) to trust beside the common ones: the file that also counts for openFDA.
    pub(crate) fn certificates() -> Option<(PathBuf, &'static str)> {
        ["QUIRE_CA_FILE", "SSL_CERT_FILE"]
            .into_iter()
            .find_map(|name| {
                let file = std::env::var_os(name).filter(|file| !file.is_empty())?;
                Some((file.into(), name))
            })
    }
}
