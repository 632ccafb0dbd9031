//! Who acts on the command line: the person that `--as` names, or the user that the system knows.

use std::sync::OnceLock;

use quire_records::Actor;

static NAME: OnceLock<String> = OnceLock::new();

/// Longest name; more is no help to a reader of the trail.
const LONGEST: usize = 64;

/// Remember who acts. Who became another user by `sudo` is still themselves.
pub(crate) fn begin(named: Option<&str>) {
    let known = || {
        let users = ["SUDO_USER", "USER", "LOGNAME"].map(std::env::var);
        users
            .into_iter()
            .flatten()
            .find_map(|user| parse(&user).ok())
    };
    let user = || format!("user-{}", rustix::process::getuid().as_raw());
    let name = named.map(str::to_owned).or_else(known).unwrap_or_else(user);
    // Once a process.
    let _ = NAME.set(name);
}

/// Whoever acts.
pub(crate) fn actor() -> Actor {
    NAME.get()
        .map_or_else(Actor::operator, |name| Actor::operator_named(name))
}

/// A name that can stand in the trail.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let fits = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    match text {
        _ if (1..=LONGEST).contains(&text.chars().count()) && text.chars().all(fits) => {
            Ok(text.to_owned())
        }
        _ => Err(format!(
            "expected a name of 1 to {LONGEST} letters, digits, and . _ - @ +"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_without_what_steers_a_terminal() {
        assert_eq!(
            parse("m.müller@example.org").as_deref(),
            Ok("m.müller@example.org")
        );
        for wrong in ["", "two words", "a/b", "\u{1b}[2J", &"x".repeat(65)] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
