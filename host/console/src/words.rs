//! Times, sizes, durations, digests and states, as people read them.

use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, html};
use quire_model::{CaseSelection, Date, Digest, DrugRole};
use quire_records::{ReportRow, State};

/// A moment: to the second, with how long ago it was.
pub(crate) fn moment(at: Timestamp) -> Markup {
    let exact = at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    html! {
        time datetime=(at.to_string()) title=(exact) { (ago(at, Timestamp::now())) }
    }
}

/// A moment, exactly.
pub(crate) fn exact(at: Timestamp) -> Markup {
    html! {
        time datetime=(at.to_string()) { (at.strftime("%Y-%m-%d %H:%M:%S")) " UTC" }
    }
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    match seconds {
        ..0 => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        0..10 => "just now".to_owned(),
        10..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

/// A stretch of time.
pub(crate) fn duration(time: Duration) -> String {
    let ms = time.as_millis();
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{:.1} s", time.as_secs_f64()),
        3_600_000.. => {
            let minutes = time.as_secs() / 60;
            format!("{} h {} min", minutes / 60, minutes % 60)
        }
        _ if ms % 60_000 < 1_000 => format!("{} min", ms / 60_000),
        _ => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// How long it was between two moments.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> String {
    let ms = to.as_millisecond() - from.as_millisecond();
    duration(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// A number of bytes.
pub(crate) fn bytes(count: u64) -> String {
    const STEP: f64 = 1024.0;
    let size = count as f64;
    if size < STEP {
        return format!("{count} B");
    }
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let power = (size.log2() / 10.0).floor().clamp(1.0, 4.0);
    let unit = units.get(power as usize - 1).unwrap_or(&"TiB");
    format!("{:.1} {unit}", size / STEP.powf(power))
}

/// A whole number, in groups of three.
pub(crate) fn number(count: u64) -> String {
    quire_contract::number::integer(count.into())
}

/// The beginning of a digest; the whole of it when pointed at.
pub(crate) fn digest(digest: Digest) -> Markup {
    html! { code.digest title=(digest.to_string()) { (digest.short()) } }
}

/// So many of something that is counted: `1 report`, `1,200 reports`.
pub(crate) fn many(count: usize, one: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {one}{ending}", number(count as u64))
}

/// Where a report stands, in a word, with a mark of its own beside the colour; and what is missing in it.
pub(crate) fn standing(row: &ReportRow) -> Markup {
    if let Some(lacks) = lacking(row) {
        return html! { span.state.incomplete { span aria-hidden="true" { "!" } " without " (lacks) } };
    }
    let state = row.state;
    let mark = match state {
        State::Queued => "○",
        State::Running => "◐",
        State::Retrying => "↻",
        State::Succeeded => "✓",
        State::Failed => "✕",
        State::Cancelled => "–",
    };
    html! {
        span class=(format!("state {}", state.as_str())) {
            span aria-hidden="true" { (mark) } " " (state.as_str())
        }
    }
}

/// What its document lacks: one section by its name, several by their number.
pub(crate) fn lacking(row: &ReportRow) -> Option<String> {
    match row.success.as_ref()?.placeholders.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(many(several.len(), "section")),
    }
}

/// A report in a choice, told from others on the same drug.
pub(crate) fn report(row: &ReportRow) -> String {
    let lacks = lacking(row).map_or_else(String::new, |lacks| format!(", without {lacks}"));
    format!(
        "{}, as of {}, {}, accepted {}{lacks}",
        row.request.ndc.as_str(),
        row.request.as_of,
        row.request.definition,
        row.accepted_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    )
}

/// Which cases are analysed: `suspect or interacting, received from 2020-01-01`.
pub(crate) fn selection(selection: &CaseSelection) -> String {
    let role = match selection.role {
        DrugRole::Any => "in any role",
        DrugRole::Suspect => "suspect or interacting",
    };
    let day = |word: &str, day: Option<Date>| {
        day.map_or_else(String::new, |day| format!(", received {word} {day}"))
    };
    let (from, to) = (selection.received_from, selection.received_to);
    format!("{role}{}{}", day("from", from), day("to", to))
}

/// A detail as a sentence of its own: the API's begin small.
pub(crate) fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first = letters.next().map(char::to_uppercase);
    let text: String = match detail.starts_with("openFDA") {
        true => detail.to_owned(),
        false => first.into_iter().flatten().chain(letters).collect(),
    };
    match text.ends_with(['.', '!', '?', ':']) {
        true => text,
        false => text + ".",
    }
}

/// What does the same from elsewhere.
pub(crate) fn same(ways: &[(&str, String)]) -> Markup {
    html! {
        details.same {
            summary { "The same by command or request" }
            @for (what, line) in ways {
                p.quiet { (what) }
                pre tabindex="0" { (line) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_becomes_a_sentence() {
        assert_eq!(sentence("it is late"), "It is late.");
        assert_eq!(sentence("openFDA is away"), "openFDA is away.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn sizes_times_and_numbers_read_well() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_536), "1.5 KiB");
        assert_eq!(bytes(32 << 20), "32.0 MiB");
        assert_eq!(bytes(5 << 40), "5.0 TiB");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(12), "12");
        assert_eq!(
            (many(1, "report"), many(0, "run")),
            ("1 report".into(), "0 runs".into())
        );
        assert_eq!(duration(Duration::from_millis(38)), "38 ms");
        assert_eq!(duration(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(duration(Duration::from_secs(75)), "1 min 15 s");
        assert_eq!(duration(Duration::from_secs(120)), "2 min");
        assert_eq!(duration(Duration::from_secs(7_290)), "2 h 1 min");
        let now = Timestamp::from_second(1_000_000).unwrap();
        let at = |before: i64| Timestamp::from_second(1_000_000 - before).unwrap();
        assert_eq!(ago(at(5), now), "just now");
        assert_eq!(ago(at(125), now), "2 min ago");
        assert_eq!(ago(at(7_300), now), "2 h ago");
    }
}
