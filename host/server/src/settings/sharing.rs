//! Whether equal requests are given one document.

use clap::{ArgAction, Args};

use super::switch::parse_switch;

/// Whether equal requests are given one document.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SharingSettings {
    /// Give equal requests (of the same data, versions and parameters) one document, as long as openFDA's answers are
    /// fresh; `off` makes each anew
    #[arg(
        long,
        env = "QUIRE_SHARE_ANSWERS",
        value_name = "ON|OFF",
        action = ArgAction::Set,
        default_value = "on",
        value_parser = parse_switch,
        hide_short_help = true
    )]
    share_answers: bool,
}

impl SharingSettings {
    /// Whether they are.
    pub(crate) fn is_on(self) -> bool {
        self.share_answers
    }
}
