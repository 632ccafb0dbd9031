//! What became of a text, line by line: the least that has to go and to come.

use maud::{Markup, html};

/// Longest text that is compared line by line; the standard definition has some 250 lines.
const MOST_LINES: usize = 2_000;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// The lines that changed, with three around them.
pub(crate) fn drawn(before: &str, after: &str) -> Markup {
    let lines = compared(before, after);
    let changed = |at: usize| {
        let around = lines.iter().skip(at.saturating_sub(3)).take(7);
        around
            .into_iter()
            .any(|line| !matches!(line, Line::Same(_)))
    };
    let shown: Vec<(usize, Line<'_>)> = lines
        .iter()
        .copied()
        .enumerate()
        .filter(|(at, _)| changed(*at))
        .collect();
    html! {
        @if shown.is_empty() { p.empty { "No difference." } }
        @else {
            pre.lines tabindex="0" aria-label="Difference, line by line" {
                @for (nth, (at, line)) in shown.iter().enumerate() {
                    @if nth > 0 && shown.get(nth - 1).is_some_and(|(before, _)| before + 1 < *at) { span.gap { "⋯\n" } }
                    @match line {
                        Line::Same(text) => span { "  " (text) "\n" },
                        Line::Gone(text) => del { "− " (text) "\n" },
                        Line::New(text) => ins { "+ " (text) "\n" },
                    }
                }
            }
        }
    }
}

/// The longest common lines stay, all others go or come.
fn compared<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let before: Vec<&str> = before.lines().take(MOST_LINES).collect();
    let after: Vec<&str> = after.lines().take(MOST_LINES).collect();
    let common = common(&before, &after);
    let longest = |one: usize, other: usize| {
        let row = common.get(one);
        row.and_then(|row| row.get(other)).copied().unwrap_or(0)
    };
    let (mut one, mut other) = (0, 0);
    let mut lines = Vec::new();
    loop {
        match (before.get(one), after.get(other)) {
            (Some(gone), Some(new)) if gone == new => {
                lines.push(Line::Same(gone));
                (one, other) = (one + 1, other + 1);
            }
            (Some(gone), new)
                if new.is_none() || longest(one + 1, other) >= longest(one, other + 1) =>
            {
                lines.push(Line::Gone(gone));
                one += 1;
            }
            (_, Some(new)) => {
                lines.push(Line::New(new));
                other += 1;
            }
            _ => return lines,
        }
    }
}

/// How many lines of the rests from here on can stay, for each place in both.
fn common(before: &[&str], after: &[&str]) -> Vec<Vec<u16>> {
    let mut rows = vec![vec![0; after.len() + 1]];
    for gone in before.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0; after.len() + 1];
        for (at, new) in after.iter().enumerate().rev() {
            let get = |of: &[u16], at: usize| of.get(at).copied().unwrap_or(0);
            let longest = match gone == new {
                true => get(&below, at + 1) + 1,
                false => get(&below, at).max(get(&row, at + 1)),
            };
            if let Some(cell) = row.get_mut(at) {
                *cell = longest;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_goes_and_comes() {
        let lines = compared("a\nb\nc\nd", "a\nc\nx\nd");

        let expected = [
            Line::Same("a"),
            Line::Gone("b"),
            Line::Same("c"),
            Line::New("x"),
            Line::Same("d"),
        ];
        assert_eq!(lines, expected);
        assert_eq!(compared("", "a"), [Line::New("a")]);
        assert_eq!(compared("a", ""), [Line::Gone("a")]);
    }
}
