//! How two versions of a section differ, told apart block by block and number by number. Pure: the
//! same two sections always give the same answer.

mod align;
mod numbers;
mod table;

use quire_model::{Block, BlockChange, Change, Fact, NumberChange, SectionDifference, Span};

use self::align::{Pair, align};

/// Changes of each kind that are listed; the rest is counted. A table of 50 rows and 6 columns that
/// is wrong throughout is still listed whole.
const MOST_BLOCKS: usize = 200;
const MOST_NUMBERS: usize = 500;

/// Characters of a block's text that name it.
const NAME_CHARACTERS: usize = 60;

/// Characters of a text that are shown where it differs, and how many of them stand before that.
const PART_CHARACTERS: usize = 120;
const WORDS_BEFORE: usize = 24;

/// Compare what the active version returned with what the candidate did.
#[must_use]
pub fn compare(active: (&[Block], &[Fact]), candidate: (&[Block], &[Fact])) -> SectionDifference {
    let mut difference = SectionDifference::default();
    for pair in align(active.0, candidate.0) {
        match pair {
            Pair::Both(one, other) => changed(
                &mut difference,
                (one, at(active.0, one)),
                (other, at(candidate.0, other)),
            ),
            Pair::Removed(one) => alone(&mut difference, Change::Removed, one, at(active.0, one)),
            Pair::Added(other) => {
                alone(
                    &mut difference,
                    Change::Added,
                    other,
                    at(candidate.0, other),
                );
            }
        }
    }
    numbers::facts(&mut difference, active.1, candidate.1);
    difference.places = difference.listed_places();
    cap(&mut difference);
    difference
}

fn at(blocks: &[Block], index: usize) -> &Block {
    blocks.get(index).unwrap_or(&Block::PageBreak)
}

/// A block that only one of the two has.
fn alone(difference: &mut SectionDifference, change: Change, index: usize, block: &Block) {
    let place = |wanted| (change == wanted).then_some(index);
    difference.blocks.push(BlockChange {
        change,
        kind: kind(block).to_owned(),
        name: name(block),
        active_at: place(Change::Removed),
        candidate_at: place(Change::Added),
        details: Vec::new(),
    });
    numbers::of_block(&mut difference.numbers, change, block);
}

/// A block that both have, if it is not the same.
fn changed(
    difference: &mut SectionDifference,
    (active_at, active): (usize, &Block),
    (candidate_at, candidate): (usize, &Block),
) {
    // A cell that is missing and was read back is NaN, which equals nothing; as text it is itself.
    if active == candidate || written(active) == written(candidate) {
        return;
    }
    let details = match (active, candidate) {
        (Block::Table(one), Block::Table(other)) => {
            table::compare(&mut difference.numbers, one, other)
        }
        (Block::Chart(one), Block::Chart(other)) => {
            numbers::charts(&mut difference.numbers, one, other)
        }
        (Block::KeyFigures(one), Block::KeyFigures(other)) => {
            numbers::key_figures(&mut difference.numbers, one, other)
        }
        _ => vec![apart(&text(active), &text(candidate))],
    };
    difference.blocks.push(BlockChange {
        change: Change::Changed,
        kind: kind(candidate).to_owned(),
        name: name(candidate),
        active_at: Some(active_at),
        candidate_at: Some(candidate_at),
        details,
    });
}

/// As it would be stored.
fn written(block: &Block) -> Option<Vec<u8>> {
    serde_json::to_vec(block).ok()
}

/// Keep a difference to a size that a person reads and a database keeps.
fn cap(difference: &mut SectionDifference) {
    let SectionDifference {
        blocks,
        numbers,
        omitted,
        ..
    } = difference;
    let excess =
        blocks.len().saturating_sub(MOST_BLOCKS) + numbers.len().saturating_sub(MOST_NUMBERS);
    *omitted = excess as u64;
    blocks.truncate(MOST_BLOCKS);
    numbers.truncate(MOST_NUMBERS);
    for block in blocks {
        block.details.truncate(MOST_BLOCKS);
    }
}

/// The word for a block's kind.
fn kind(block: &Block) -> &'static str {
    match block {
        Block::Heading(_) => "heading",
        Block::Paragraph(_) => "paragraph",
        Block::Table(_) => "table",
        Block::Chart(_) => "chart",
        Block::Image(_) => "image",
        Block::KeyFigures(_) => "key-figures",
        Block::Callout(_) => "callout",
        Block::PageBreak => "page-break",
        Block::Extension(_) => "extension",
    }
}

/// A block's id, or the beginning of its text.
fn name(block: &Block) -> String {
    match block {
        Block::Table(table) => table.id.clone(),
        Block::Chart(chart) => chart.id.clone(),
        Block::Extension(extension) => extension.kind.clone(),
        _ => text(block).chars().take(NAME_CHARACTERS).collect(),
    }
}

/// What a reader reads of a block that is no table or chart.
fn text(block: &Block) -> String {
    match block {
        Block::Heading(heading) => heading.text.clone(),
        Block::Paragraph(paragraph) => words(&paragraph.spans),
        Block::Image(image) => image.alt.clone(),
        Block::KeyFigures(figures) => {
            let labels: Vec<_> = figures.iter().map(|figure| figure.label.as_str()).collect();
            labels.join(", ")
        }
        Block::Callout(callout) => {
            let body = callout.body.iter().map(|paragraph| words(&paragraph.spans));
            let texts: Vec<String> = callout.title.clone().into_iter().chain(body).collect();
            texts.join(" ")
        }
        Block::Table(_) | Block::Chart(_) | Block::PageBreak | Block::Extension(_) => String::new(),
    }
}

/// Two texts where they begin to differ, with a few words before it: the beginning of a long text is the same in both.
fn apart(one: &str, other: &str) -> String {
    if one == other {
        return "its form changed".to_owned();
    }
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let from = same.count().saturating_sub(WORDS_BEFORE);
    let part = |text: &str| {
        let begin = if from == 0 { "" } else { "…" };
        let shown: String = text.chars().skip(from).take(PART_CHARACTERS).collect();
        let end = if text.chars().count() > from + PART_CHARACTERS {
            "…"
        } else {
            ""
        };
        format!("{begin}{shown}{end}")
    };
    format!("{:?} became {:?}", part(one), part(other))
}

fn words(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// A number that is not the same.
fn number(
    kind: &str,
    place: &str,
    row: Option<&str>,
    column: Option<&str>,
    values: (Option<serde_json::Number>, Option<serde_json::Number>),
) -> NumberChange {
    NumberChange {
        place: place.to_owned(),
        kind: kind.to_owned(),
        row: row.map(str::to_owned),
        column: column.map(str::to_owned),
        active: values.0,
        candidate: values.1,
    }
}

#[cfg(test)]
mod tests;
