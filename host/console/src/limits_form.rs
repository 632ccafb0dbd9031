//! What the calls of a module may use, to be filled in.

use axum::http::StatusCode;
use maud::{Markup, html};
use quire_model::{FieldError, LimitOverrides, millis};
use quire_modules::Limits;

use crate::{confirm::Wrong, words};

/// One field for each limit; one that is left empty is as usual. What is wrong with one stands below it.
pub(crate) fn fields(limits: LimitOverrides, errors: &[FieldError]) -> Markup {
    let usual = Limits::DEFAULT;
    let count = |number: usize| number as u64;
    let bytes: fn(u64) -> String = words::bytes;
    let ms: fn(u64) -> String = |ms| words::duration(std::time::Duration::from_millis(ms));
    let values = [
        (
            "CPU time, in milliseconds",
            limits.cpu_ms,
            millis(usual.cpu),
            ms,
        ),
        (
            "Wall time, in milliseconds",
            limits.wall_ms,
            millis(usual.wall),
            ms,
        ),
        (
            "Memory, in bytes",
            limits.memory_bytes,
            count(usual.memory_bytes),
            bytes,
        ),
        (
            "Output, in bytes",
            limits.output_bytes,
            count(usual.output_bytes),
            bytes,
        ),
        ("Blocks", limits.blocks, count(usual.blocks), words::number),
        (
            "Rows of tables",
            limits.rows,
            count(usual.rows),
            words::number,
        ),
        (
            "Log, in bytes",
            limits.log_bytes,
            count(usual.log_bytes),
            bytes,
        ),
        (
            "Case series held",
            limits.handles,
            count(usual.handles),
            words::number,
        ),
    ];
    html! {
        fieldset {
            legend { "Limits of one call" }
            p.quiet { "What is left empty is as usual." }
            div.fields {
                @for ((label, value, usual, said), (name, least, most)) in values.iter().zip(Limits::grantable()) {
                    @let wrong = errors.iter().find(|error| error.pointer.trim_start_matches('/') == name);
                    div {
                        label for=(name) { (label) }
                        input id=(name) name=(name) type="number" min=(least) max=(most) value=[value] placeholder=(usual)
                            aria-describedby=(format!("{name}-usual")) aria-invalid=[wrong.map(|_| "true")];
                        p.below id=(format!("{name}-usual")) {
                            @if let Some(wrong) = wrong { strong.bad { (words::sentence(&wrong.detail)) } " " }
                            "Usual: " (said(*usual)) ". From " (said(least)) " to " (said(most)) "."
                        }
                    }
                }
            }
        }
    }
}

/// Limits that cannot be granted.
pub(crate) fn refused(errors: &[FieldError]) -> Wrong {
    Wrong {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        why: html! {
            "Nothing was done: " (words::many(errors.len(), "limit")) " cannot be granted. Below it stands why."
        },
        next: html! {},
    }
}
