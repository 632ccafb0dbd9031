//! What one section does otherwise than another, in lines for people.

use quire_model::{BlockChange, NumberChange, SectionDifference};

/// How it ended, the numbers, then the blocks.
pub(super) fn lines(difference: &SectionDifference) -> Vec<String> {
    let outcome = difference.outcome.iter();
    let outcome = outcome.map(|it| format!("outcome: {} → {}", it.active, it.candidate));
    let numbers = difference.numbers.iter().map(number_line);
    let blocks = difference.blocks.iter().map(block_line);
    outcome.chain(numbers).chain(blocks).collect()
}

pub(super) fn number_line(number: &NumberChange) -> String {
    let value = |value: &Option<serde_json::Number>| {
        value
            .as_ref()
            .map_or_else(|| "none".to_owned(), ToString::to_string)
    };
    let place = [
        Some(&number.place),
        number.row.as_ref(),
        number.column.as_ref(),
    ];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    format!(
        "{} {}: {} → {}",
        number.kind,
        place.join(" / "),
        value(&number.active),
        value(&number.candidate)
    )
}

fn block_line(block: &BlockChange) -> String {
    let details = match block.details.as_slice() {
        [] => String::new(),
        details => format!(": {}", details.join("; ")),
    };
    format!("{} {:?} {}{details}", block.kind, block.name, block.change)
}
