//! A wrong value ends the start with one sentence that names the setting, its value and what is
//! allowed.

use std::{
    ffi::{OsStr, OsString},
    process::ExitCode,
};

use clap::{
    ArgMatches, Command, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

use quire_faers::FaersError;
use quire_model::FieldError;

use crate::{
    cli::Cli,
    terminal::{self, visible},
};

/// Exit status for a command that cannot be run as typed.
const WRONG_USAGE: u8 = 2;

/// A setting whose value turns out to be wrong when it is used: another start with it ends the same way, as one whose
/// value cannot be read at all. As the context of an error it leaves that one's words to follow.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongSetting(pub(crate) String);

/// The exit status for an error: that of wrong usage if another start would end the same way.
pub(crate) fn status(error: &anyhow::Error) -> ExitCode {
    let is_setting = |cause: &(dyn std::error::Error + 'static)| {
        let source = cause.downcast_ref::<FaersError>();
        source.is_some_and(|error| matches!(error, FaersError::Setting { .. }))
    };
    match error.is::<WrongSetting>() || error.chain().any(is_setting) {
        true => ExitCode::from(WRONG_USAGE),
        false => ExitCode::FAILURE,
    }
}

/// Say what is wrong with a command that clap could not see; the exit status for it.
pub(crate) fn wrong(why: &str) -> ExitCode {
    terminal::note(format_args!("error: {why}"));
    ExitCode::from(WRONG_USAGE)
}

/// Secrets that may stand in files: the flag for one, and that for its file.
const IN_FILES: [(&str, &str); 4] = [
    ("api-key", "--key-file"),
    ("admin-key", "--admin-key-file"),
    ("openfda-key", "--openfda-key-file"),
    ("redis-url", "--redis-url-file"),
];

/// Read the command line and the environment. A variable that is set and empty counts as not set, whichever it
/// is: Compose files set them so. So does one with a secret where a file that holds it is typed.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let command = with_variables(Cli::command(), &arguments);
    let matches = command.try_get_matches_from(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    let (server, directory) = (typed(&matches, "server"), typed(&matches, "data_dir"));
    if server && directory {
        return Err(Cli::command().error(
            ErrorKind::ArgumentConflict,
            "--server and --data-dir name two places to work with; leave one of them out",
        ));
    }
    // What is typed wins over what stands in a variable.
    if directory {
        cli.server.forget();
    }
    cli.server.is_typed = server;
    Ok(cli)
}

/// Whether an argument of the command, or of the one within it, stands on the command line.
fn typed(matches: &ArgMatches, name: &str) -> bool {
    let known = matches.try_contains_id(name).is_ok();
    let here = known && matches.value_source(name) == Some(ValueSource::CommandLine);
    here || matches
        .subcommand()
        .is_some_and(|(_, below)| typed(below, name))
}

/// The command, without the variables that do not count.
fn with_variables(command: Command, typed: &[OsString]) -> Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| match argument.get_env() {
            Some(name) if is_empty(name) || is_in_a_file(&argument, typed) => {
                argument.env(None::<&str>)
            }
            _ => argument,
        })
        .mut_subcommands(|below| with_variables(below, typed))
}

/// Whether a secret stands in a file that is typed.
fn is_in_a_file(argument: &clap::Arg, typed: &[OsString]) -> bool {
    let file = IN_FILES
        .iter()
        .find_map(|(secret, file)| (argument.get_long() == Some(secret)).then_some(*file));
    file.is_some_and(|file| {
        typed.iter().filter_map(|word| word.to_str()).any(|word| {
            let rest = word.strip_prefix(file);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    })
}

/// What is wrong with the fields of a JSON object that was typed.
pub(crate) fn fields(errors: &[FieldError]) -> String {
    let told = errors.iter();
    let told = told.map(|error| format!("{} {}", error.pointer, error.detail));
    told.collect::<Vec<_>>().join("; ")
}

/// Say what is wrong, in one sentence if it is a value; otherwise as clap says it. Gives the exit
/// status, which is 0 when help was asked for.
pub(crate) fn report(error: clap::Error) -> u8 {
    let status = u8::try_from(error.exit_code()).unwrap_or(WRONG_USAGE);
    match sentence(&error) {
        Some(sentence) => terminal::note(format_args!("error: {sentence}")),
        // Help and version, in the words of this program alone.
        None if !error.use_stderr() => {
            let _ = error.print();
        }
        None => {
            let error = without_false_tips(with_visible_words(error));
            for line in error.render().to_string().lines() {
                terminal::note(line);
            }
        }
    }
    status
}

/// The error without the tip to pass a flag that is none as a value: nothing here takes values that look like flags.
fn without_false_tips(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::StyledStrs(tips)) = error.get(ContextKind::Suggested) else {
        return error;
    };
    let is_true = |tip: &&clap::builder::StyledStr| !tip.to_string().starts_with("to pass ");
    let kept: Vec<_> = tips.iter().filter(is_true).cloned().collect();
    match kept.is_empty() {
        true => error.remove(ContextKind::Suggested),
        false => error.insert(ContextKind::Suggested, ContextValue::StyledStrs(kept)),
    };
    error
}

/// The error with what was typed made visible, before it stands among the lines of the explanation.
fn with_visible_words(mut error: clap::Error) -> clap::Error {
    let typed: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, visible_value(value)?)))
        .collect();
    if !typed.is_empty() {
        // A suggestion repeats what was typed.
        error.remove(ContextKind::Suggested);
    }
    for (kind, value) in typed {
        error.insert(kind, value);
    }
    error
}

/// The same value made visible; none if it is so already.
fn visible_value(value: &ContextValue) -> Option<ContextValue> {
    let owned = |text: &String| visible(text).into_owned();
    let shown = match value {
        ContextValue::String(text) => ContextValue::String(owned(text)),
        ContextValue::Strings(texts) => ContextValue::Strings(texts.iter().map(owned).collect()),
        _ => return None,
    };
    (shown != *value).then_some(shown)
}

/// The sentence for a wrong value; none for other errors.
pub(crate) fn sentence(error: &clap::Error) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue
    ) {
        return None;
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    // clap names a flag as `--cache-ttl <DURATION>` or `--four-eyes[=<ON|OFF>]`, and a positional as `<NDC>`.
    let argument = text(ContextKind::InvalidArg)?;
    let name = argument.split([' ', '[', '=']).next().unwrap_or_default();
    if name.starts_with('<') {
        // The drug code, whose parser says it all.
        return Some(allowed(error));
    }
    let known = find(&Cli::command(), name);
    let secret = known
        .as_ref()
        .is_some_and(clap::Arg::is_hide_env_values_set);
    let value = match text(ContextKind::InvalidValue)? {
        // A password may stand before it.
        value if secret || value.contains('@') => "a value that is not shown here".to_owned(),
        value => format!("{value:?}"),
    };
    let variable = known
        .as_ref()
        .and_then(clap::Arg::get_env)
        .map(|variable| format!(" ({})", variable.to_string_lossy()))
        .unwrap_or_default();
    let allowed = allowed(error);
    Some(format!(
        "{name}{variable} is {value}, which cannot be used: {allowed}"
    ))
}

/// What the value must be, in the parser's own words or as a list.
fn allowed(error: &clap::Error) -> String {
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue) {
        return format!("expected one of {}", values.join(", "));
    }
    let source = std::error::Error::source(error).map(ToString::to_string);
    source.unwrap_or_else(|| "`--help` says what is allowed".to_owned())
}

/// The flag of that name, in any command.
fn find(command: &Command, name: &str) -> Option<clap::Arg> {
    let long = name.strip_prefix("--")?;
    command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(long))
        .cloned()
        .or_else(|| {
            command
                .get_subcommands()
                .find_map(|below| find(below, name))
        })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn said(arguments: &[&str]) -> String {
        let arguments = ["quire"].iter().chain(arguments);
        sentence(&Cli::try_parse_from(arguments).unwrap_err()).unwrap()
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_value_is_named_with_its_setting_and_what_is_allowed() {
        assert_eq!(
            said(&["serve", "--cache-ttl", "soon"]),
            "--cache-ttl (QUIRE_CACHE_TTL) is \"soon\", which cannot be used: expected a duration \
             from 1s to 24h, such as 300s or 5m"
        );
        assert_eq!(
            said(&["serve", "--listen", "nowhere"]),
            "--listen (QUIRE_LISTEN) is \"nowhere\", which cannot be used: expected an IP address \
             and a port, such as 127.0.0.1:8080"
        );
    }

    #[test]
    fn numbers_and_choices_are_named_too() {
        let reports = said(&["serve", "--max-reports", "none"]);
        let role = said(&["key", "create", "--role", "king", "--label", "x"]);

        assert!(
            reports.contains("QUIRE_MAX_REPORTS") && reports.contains("none"),
            "{reports}"
        );
        assert!(
            role.ends_with("expected one of consumer, admin, auditor, author"),
            "{role}"
        );
    }

    #[test]
    fn secrets_are_not_repeated() {
        let said = said(&["serve", "--redis-url", "http://user:hunter2@host"]);

        assert!(said.contains("QUIRE_REDIS_URL"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn a_misspelt_flag_is_answered_without_tips_that_lead_nowhere() {
        let typed = ["quire", "schedule", "show", "x", "--revision", "1"];
        let error = Cli::try_parse_from(typed).unwrap_err();

        let said = without_false_tips(error).render().to_string();

        assert!(said.contains("unexpected argument '--revision'"), "{said}");
        assert!(
            !said.contains("tip:") && !said.contains("--version"),
            "{said}"
        );
    }

    #[test]
    fn other_mistakes_are_left_to_clap() {
        let error = Cli::try_parse_from(["quire", "serve", "--nonsense"]).unwrap_err();

        assert_eq!(sentence(&error), None);
    }
}
