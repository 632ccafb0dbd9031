//! Settings that are on or off: written alike, whichever it is.

/// On or off, as typed or as a variable says.
///
/// # Errors
///
/// If it is neither: what is allowed.
pub(super) fn parse_switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("expected on or off".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::{any::TypeId, collections::BTreeSet};

    use clap::{Arg, Command, CommandFactory as _};

    use crate::cli::Cli;

    /// Every setting that is on or off, of a command and of those within it.
    fn switches(command: &Command) -> Vec<Arg> {
        let own = command.get_arguments().filter(|argument| {
            argument.get_env().is_some()
                && argument.get_value_parser().type_id() == TypeId::of::<bool>()
        });
        let below = command.get_subcommands().flat_map(switches);
        own.cloned().chain(below).collect()
    }

    #[test]
    fn every_setting_that_is_on_or_off_is_written_alike() {
        let found = switches(&Cli::command());
        let names: BTreeSet<&str> = found.iter().filter_map(Arg::get_long).collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["four-eyes", "share-answers", "webhook-http"]
        );
        for switch in found {
            let (id, flag) = (
                switch.get_id().to_string(),
                switch.get_long().unwrap().to_owned(),
            );
            let command = Command::new("quire").arg(switch.env(None::<&str>));
            let read = |text: &str| {
                let typed = ["quire".to_owned(), format!("--{flag}={text}")];
                let matches = command.clone().try_get_matches_from(typed);
                matches.map(|matches| matches.get_one::<bool>(&id).copied())
            };
            for text in ["on", "true", "On", "TRUE"] {
                assert_eq!(read(text).unwrap(), Some(true), "{flag}={text}");
            }
            for text in ["off", "false"] {
                assert_eq!(read(text).unwrap(), Some(false), "{flag}={text}");
            }
            let wrong = read("perhaps").unwrap_err().to_string();
            assert!(wrong.contains("expected on or off"), "{wrong}");
        }
    }
}
