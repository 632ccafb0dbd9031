//! What a backtrace of WebAssembly tells an author.

use crate::log::printable;

/// Frames of a backtrace that an author needs.
const FRAMES: usize = 12;
/// How many functions may take turns in a recursion that is still seen as one.
const TURNS: usize = 4;

/// The function that calls itself, alone or by way of up to three others, in all innermost frames.
pub(crate) fn recursion(backtrace: &str) -> Option<&str> {
    let frames: Vec<&str> = backtrace.lines().skip(1).filter_map(function).collect();
    let innermost = frames.get(..FRAMES)?;
    let repeats = |turns: usize| {
        let pairs = innermost.iter().zip(innermost.iter().skip(turns));
        pairs.into_iter().all(|(one, other)| one == other)
    };
    (1..=TURNS)
        .any(repeats)
        .then(|| innermost.first().copied())?
}

/// The heading of a backtrace, and its frames from the first one that is the author's own: what the
/// standard library does on the way from a panic to a trap says nothing to anyone.
pub(crate) fn frames(backtrace: &str) -> String {
    let mut lines = backtrace.lines();
    let heading = lines.next().unwrap_or_default();
    let frames: Vec<&str> = lines.collect();
    let own = |line: &&str| function(line).is_some_and(|function| !is_library(function));
    let first = frames.iter().position(own).unwrap_or(0);
    let kept = frames.iter().skip(first).take(FRAMES);
    std::iter::once(&heading)
        .chain(kept)
        .map(|line| printable(line, 200))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The function that a line of a backtrace names, as in `   3:   0x1f2 - module.wasm!crate::function`.
fn function(line: &str) -> Option<&str> {
    let (_, place) = line.split_once(" - ")?;
    Some(
        place
            .split_once('!')
            .map_or(place, |(_, function)| function),
    )
}

/// Whether a function belongs to Rust's own libraries.
fn is_library(function: &str) -> bool {
    const CRATES: [&str; 7] = [
        "std",
        "core",
        "alloc",
        "__rustc",
        "dlmalloc",
        "panic_abort",
        "abort",
    ];
    // As in `<std[1a2b]::io::Error as core[3c4d]::fmt::Debug>::fmt`.
    let name = function.trim_start_matches('<');
    let owner = name.split(['[', ':']).next().unwrap_or(name);
    CRATES.contains(&owner) || owner.starts_with("__rust") || owner.starts_with("rust_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authors_own_frames_are_shown_and_not_those_of_the_panic() {
        let backtrace = "error while executing at wasm backtrace:\n\
            \x20   0:   0xa1 - hostile.wasm!abort\n\
            \x20   1:   0xa2 - hostile.wasm!std[d123b7]::sys::pal::wasi::helpers::abort_internal\n\
            \x20   2:   0xa3 - hostile.wasm!__rustc[d0a7]::rust_panic\n\
            \x20   3:   0xa4 - hostile.wasm!<core::panic::Payload as core::any::Any>::get\n\
            \x20   4:   0xa5 - hostile.wasm!hostile::deep\n\
            \x20   5:   0xa6 - hostile.wasm!core::ops::call_once\n\
            \x20   6:   0xa7 - hostile.wasm!quire:report/section@0.1.0#render";

        let shown = frames(backtrace);

        assert_eq!(
            shown,
            "error while executing at wasm backtrace:\n\
             \x20   4:   0xa5 - hostile.wasm!hostile::deep\n\
             \x20   5:   0xa6 - hostile.wasm!core::ops::call_once\n\
             \x20   6:   0xa7 - hostile.wasm!quire:report/section@0.1.0#render"
        );
    }

    #[test]
    fn a_recursion_is_named_by_the_function_that_calls_itself() {
        let trace = |functions: &[&str]| {
            let turns = functions.iter().cycle().take(20);
            let lines = turns.map(|name| format!("  0:  0xa1 - m.wasm!{name}"));
            let lines: Vec<String> = lines.collect();
            format!(
                "error while executing at wasm backtrace:\n{}",
                lines.join("\n")
            )
        };

        assert_eq!(recursion(&trace(&["m::deeper"])), Some("m::deeper"));
        assert_eq!(recursion(&trace(&["m::one", "m::other"])), Some("m::one"));
        let many = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
        ];
        assert_eq!(recursion(&trace(&many)), None);
        assert_eq!(recursion("error:\n  0: 0xa1 - m.wasm!m::shallow"), None);
    }

    #[test]
    fn frames_without_names_are_all_shown() {
        let backtrace = "error while executing at wasm backtrace:\n    0:   0x1 - m!<unknown>";

        assert_eq!(frames(backtrace), backtrace);
    }
}
