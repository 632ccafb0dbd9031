//! Whether equal requests are given one document.

use clap::{Args, ValueEnum};

/// Whether equal requests are given one document.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SharingSettings {
    /// Give equal requests (of the same data, versions and parameters) one document, as long as openFDA's answers are
    /// fresh; `off` makes each anew
    #[arg(
        long,
        env = "QUIRE_SHARE_ANSWERS",
        value_name = "ON|OFF",
        default_value = "on",
        hide_short_help = true
    )]
    share_answers: Switch,
}

/// On or off, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl SharingSettings {
    /// Whether they are.
    pub(crate) fn is_on(self) -> bool {
        self.share_answers == Switch::On
    }
}
