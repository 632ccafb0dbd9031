//! Draws the page. Every word on it but ours is a stranger's.

use axum::response::Html;
use maud::{Markup, html};
use quire_model::Fact;
use quire_modules::{Limits, Observed, RunError};

use super::{
    Standing,
    seen::{Frame, INPUT, Run, Seen},
};
use crate::{
    assets::WORKSHOP,
    meters,
    page::document,
    table::{Set, listing},
    words,
};

/// What is shown of the words of tools and of a crash.
const MOST_SAID: usize = 64 << 10;

/// The whole page.
pub(super) fn draw(name: &str, seen: &Seen, limits: &Limits) -> Html<String> {
    let standing = &seen.standing;
    let state = match (&standing.trouble, standing.busy, &standing.module) {
        (_, true, _) => "building",
        (Some(_), ..) => "not built",
        (None, _, Some(_)) => "built",
        (None, _, None) => "not built yet",
    };
    let head = html! { script src=(WORKSHOP.address()) defer {} };
    let body = html! {
        a.skip href="#made" { "Skip to the section" }
        main.workshop #content data-revision=(standing.revision) {
            header #standing {
                p.mark { "Quire" }
                div.head { h1 { (name) } p.state role="status" { (told(standing)) } }
                (trouble(seen))
            }
            section #made aria-label="The section" { (made(seen.frame.as_ref())) }
            section #asked aria-labelledby="asked-head" {
                h2 #asked-head { "Made from" }
                (asked(seen))
            }
            section #told aria-label="What it says and costs" {
                @if let Some(run) = &seen.run { (result(run, limits)) }
            }
        }
    };
    Html(document(&format!("{name}: {state}"), &head, &body).into_string())
}

fn told(standing: &Standing) -> String {
    let build = match (&standing.module, standing.build) {
        (Some(module), build) => format!(
            "build {build} ({}), built and loaded in {}",
            module.digest.short(),
            words::duration(standing.took)
        ),
        (None, _) => "not built yet".to_owned(),
    };
    match standing.busy {
        true => format!("Building… ({build})"),
        false => build,
    }
}

/// Why there is no section, or an older one.
fn trouble(seen: &Seen) -> Markup {
    let observed = seen.run.as_ref().map(|run| (&run.observed, &run.undrawn));
    let crash = observed.and_then(|(observed, undrawn)| match &observed.result {
        Err(RunError::NoData(_)) | Ok(_) => undrawn.clone(),
        Err(error) => Some(error.to_string()),
    });
    html! {
        @if let Some(trouble) = &seen.standing.trouble { (failure(&trouble.what, &trouble.detail)) }
        @if let Some(crash) = crash {
            @let (first, rest) = crash.split_once('\n').unwrap_or((&crash, ""));
            (failure(first, rest))
        }
        @if let Some(frame) = seen.frame.as_ref().filter(|frame| !frame.is_current || seen.standing.trouble.is_some()) {
            p.said.warn { "Shown is the last section that could be made, by build " (frame.build) "." }
        }
    }
}

fn failure(what: &str, detail: &str) -> Markup {
    html! {
        div.said.bad role="alert" {
            strong { (readable(what)) }
            @if !detail.trim().is_empty() { pre tabindex="0" { (readable(detail)) } }
        }
    }
}

/// Words of tools without what steers a terminal, as much as a page can bear: the end, where the reason stands.
fn readable(said: &str) -> String {
    let start = said.ceil_char_boundary(said.len().saturating_sub(MOST_SAID));
    let mut letters = said.get(start..).unwrap_or_default().chars();
    let mut kept = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            // A sequence that sets colours ends with a letter.
            '\u{1b}' => drop(letters.by_ref().find(char::is_ascii_alphabetic)),
            '\n' | '\t' => kept.push(letter),
            letter if letter.is_control() => {}
            letter => kept.push(letter),
        }
    }
    kept
}

fn made(frame: Option<&Frame>) -> Markup {
    html! {
        @match frame {
            Some(frame) => iframe.paper #frame sandbox="allow-same-origin" src=(format!("/section/{}", frame.key)) title="The section, as a report draws it" {},
            None => p.empty { "There is no section yet." },
        }
    }
}

/// The form: the input, and the parameters of the component's schema.
fn asked(seen: &Seen) -> Markup {
    html! {
        form #form.reasoned method="get" action="/" {
            div {
                label for="input" { "Input" }
                select #input name=(INPUT) {
                    @for (at, name) in seen.inputs.iter().enumerate() { option value=(at) selected[at == seen.input] { (name) } }
                }
            }
            @if !seen.errors.is_empty() {
                div.said.bad role="alert" {
                    "The parameters break the schema:"
                    ul { @for error in &seen.errors { li { code { (error.pointer) } " – " (error.detail) } } }
                }
            }
            @if let Some(form) = &seen.form { (form.fields(&seen.filled, &seen.errors)) }
            @else if seen.standing.module.is_some() { p.quiet { "It takes no parameters." } }
            div.acts { button.main type="submit" { "Show" } a.button href="/" { "As usual" } }
        }
    }
}

fn result(run: &Run, limits: &Limits) -> Markup {
    let observed = &run.observed;
    let output = observed.result.as_ref().ok();
    html! {
        h2 { "Used of its limits" }
        p.quiet { "With " code { (run.params) } }
        (used(observed, limits))
        h2 { "Facts" }
        @match output {
            Some(output) if !output.facts.is_empty() => (facts(&output.facts)),
            _ => p.empty { "None." },
        }
        @if !observed.unfounded.is_empty() {
            div.said.warn {
                "Numbers in the text that are neither facts nor answers to what it asked:"
                ul { @for number in &observed.unfounded { li { (number) } } }
            }
        }
        h2 { "Log" }
        @if observed.lines.is_empty() { p.empty { "It said nothing." } }
        @else {
            ol.log {
                @for line in &observed.lines { li { span.quiet { (line.from) } " " (line.text) } }
            }
        }
        @if observed.lines_dropped > 0 { p.quiet { "And " (observed.lines_dropped) " lines more than the log takes." } }
    }
}

fn used(observed: &Observed, limits: &Limits) -> Markup {
    let count = |number: usize| number as u64;
    let mut rows = vec![
        ("CPU time", meters::time(observed.cpu, limits.cpu)),
        ("Wall time", meters::time(observed.wall, limits.wall)),
        (
            "Memory",
            meters::size(count(observed.memory_bytes), count(limits.memory_bytes)),
        ),
    ];
    if let Ok(output) = &observed.result {
        rows.push((
            "Output",
            meters::size(count(output.output_bytes), count(limits.output_bytes)),
        ));
        rows.push((
            "Blocks",
            meters::count(count(output.blocks.len()), count(limits.blocks)),
        ));
        rows.push((
            "Log",
            meters::size(count(output.log_bytes), count(limits.log_bytes)),
        ));
    }
    let rows = rows
        .into_iter()
        .map(|(what, meter)| vec![html! { (what) }, meter]);
    listing(
        "what it used",
        &[("Of", Set::Line), ("Used", Set::Meter)],
        rows,
    )
}

fn facts(facts: &[Fact]) -> Markup {
    let rows = facts.iter().map(|fact| {
        let unit = fact.unit.as_deref().unwrap_or_default();
        vec![
            html! { code { (fact.key) } },
            html! { (fact.value.words()) " " (unit) },
            html! { (fact.source.as_deref().unwrap_or_default()) },
        ]
    });
    let columns = [
        ("Key", Set::Free),
        ("Value", Set::Free),
        ("Shown in", Set::Free),
    ];
    listing("facts", &columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_tools_steer_nothing() {
        assert_eq!(
            readable("\u{1b}[1;31merror\u{1b}[0m: a\r\n\tb\u{7}"),
            "error: a\n\tb"
        );
        let long = format!("{}é end", "x".repeat(MOST_SAID));
        assert!(readable(&long).ends_with("é end") && readable(&long).len() <= MOST_SAID);
        let drawn = failure("<b>", "<script>alert(1)</script>").into_string();
        assert!(
            !drawn.contains("<script>") && !drawn.contains("<b>"),
            "{drawn}"
        );
    }
}
