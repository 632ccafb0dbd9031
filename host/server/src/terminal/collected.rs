//! Lines for a collector: what a server says beside its log has the form of the log.

use std::{
    ffi::OsString,
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use serde_json::json;

use super::visible;

static COLLECTED: AtomicBool = AtomicBool::new(false);

/// Whether a collector reads what this process says.
pub(crate) fn is_collected() -> bool {
    COLLECTED.load(Ordering::Relaxed)
}

/// Say from now on whatever is said as lines of JSON, or not.
pub(crate) fn collect(collected: bool) {
    COLLECTED.store(collected, Ordering::Relaxed);
    if collected {
        std::panic::set_hook(Box::new(|info| super::note(format_args!("error: {info}"))));
    }
}

/// Whether arguments that are not understood yet ask for a server that logs as JSON: why they are not is for the
/// collector too. `variable` is the value of `QUIRE_LOG_FORMAT`.
pub(crate) fn asked_for(arguments: &[OsString], variable: Option<OsString>) -> bool {
    let words = || arguments.iter().skip(1).filter_map(|word| word.to_str());
    let is_server = words().any(|word| ["serve", "worker"].contains(&word));
    let mut typed = None;
    for (at, word) in words().enumerate() {
        match word.strip_prefix("--log-format") {
            Some("") => typed = words().nth(at + 1),
            Some(value) => typed = value.strip_prefix('='),
            None => {}
        }
    }
    let format = typed.map_or(variable, |typed| Some(typed.into()));
    is_server && format.is_some_and(|format| format == "json")
}

/// The line; none for one that only sets others apart.
pub(super) fn line(words: &str) -> Option<String> {
    let words = words.trim();
    let (level, message) = match (
        words.strip_prefix("error: "),
        words.strip_prefix("warning: "),
    ) {
        (Some(error), _) => ("ERROR", error),
        (None, Some(warning)) => ("WARN", warning),
        (None, None) => ("INFO", words),
    };
    let at = format!("{:.6}", Timestamp::now());
    let line = json!({"timestamp": at, "level": level, "message": message, "target": "quire"});
    (!message.is_empty()).then(|| visible::in_json(&line.to_string()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str], variable: Option<&str>) -> bool {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        asked_for(&words, variable.map(OsString::from))
    }

    #[test]
    fn a_server_that_logs_as_json_is_known_before_its_arguments_are_read() {
        for (words, variable) in [
            (&["quire", "serve"][..], Some("json")),
            (&["quire", "--log-format", "json", "worker"], None),
            (
                &["quire", "serve", "--log-format=json", "--nonsense"],
                Some("text"),
            ),
        ] {
            assert!(asked(words, variable), "{words:?}");
        }
        for (words, variable) in [
            (&["quire", "report"][..], Some("json")),
            (&["quire", "serve"], None),
            (&["quire", "serve", "--log-format", "text"], Some("json")),
            (&["serve"], Some("json")),
        ] {
            assert!(!asked(words, variable), "{words:?}");
        }
    }

    #[test]
    fn a_line_has_the_form_of_the_log_and_steers_nothing() {
        let read = |words| serde_json::from_str::<serde_json::Value>(&line(words)?).ok();

        let error = read("error: a\u{1b}[2J \"b\"\nc").unwrap();
        assert_eq!(error["level"], "ERROR");
        assert_eq!(error["message"], "a\u{1b}[2J \"b\"\nc");
        assert!(!line("a\u{202e}b").unwrap().contains('\u{202e}'));
        assert_eq!(read("warning: w").unwrap()["level"], "WARN");
        assert_eq!(read("  listening").unwrap()["message"], "listening");
        assert_eq!(line(""), None);
    }
}
