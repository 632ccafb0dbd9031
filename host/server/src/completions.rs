//! `quire completions`: what a shell needs to complete commands and settings.

use std::process::ExitCode;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use crate::{cli::Cli, terminal};

/// Print the script of a shell.
pub(crate) fn run(shell: Shell) -> ExitCode {
    String::from_utf8_lossy(&script(shell))
        .lines()
        .for_each(terminal::say);
    ExitCode::SUCCESS
}

fn script(shell: Shell) -> Vec<u8> {
    let all = Cli::command();
    let offered = all.get_subcommands().filter(|one| !one.is_hide_set());
    let mut offered = Command::new("quire")
        .args(all.get_arguments())
        .subcommands(offered);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut offered, "quire", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_is_told_the_commands_and_not_those_that_are_hidden() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = String::from_utf8(script(shell)).unwrap();

            assert!(script.contains("accept-differences"), "{shell}");
            assert!(!script.contains("reserve-bytes"), "{shell}");
        }
    }
}
