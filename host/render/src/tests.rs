//! Promises about whole documents.

use lopdf::{Document as File, Object};
use quire_model::{
    Attachment, Block, Callout, Cells, Document, Marker, Paper, Paragraph, Positions,
    ReferenceLine, RowMark, RowRole, Span, Tone,
};

use crate::{
    draw::{Drawn, draw},
    page::{Area, Mark, Page, Point, Tagged, Target},
    pdf, sample,
    text::{Shaper, with_shaper},
};

/// Draw a document and look at its pages.
fn drawn<T>(document: &Document, look: impl FnOnce(&Shaper, &Drawn) -> T) -> T {
    with_shaper(|shaper| {
        let drawn = draw(shaper, document).unwrap();
        look(shaper, &drawn)
    })
    .unwrap()
}

/// The words of each page, in the order they are painted.
fn words(shaper: &Shaper, drawn: &Drawn) -> Vec<Vec<(Point, String)>> {
    let text = |tagged: &Tagged| match &tagged.mark {
        Mark::Text { at, word, .. } => Some((*at, shaper.glyphs(*word).1.to_owned())),
        _ => None,
    };
    drawn
        .pages
        .iter()
        .map(|page| page.marks.iter().filter_map(text).collect())
        .collect()
}

fn texts(document: &Document) -> Vec<String> {
    drawn(document, |shaper, drawn| {
        let page = |page: Vec<(Point, String)>| page.into_iter().map(|(_, text)| text).collect();
        words(shaper, drawn).into_iter().map(page).collect()
    })
}

fn with_blocks(blocks: Vec<Block>) -> Document {
    let mut document = sample::document("A title", Paper::A4, false);
    document.sections = vec![sample::section("one", blocks)];
    document
}

#[test]
fn equal_documents_are_drawn_to_equal_bytes() {
    let document = sample::everything(Paper::A4);
    let first = pdf(&document).unwrap();

    // Other documents, and other threads, leave other things in the caches.
    pdf(&sample::hostile()).unwrap();
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let document = document.clone();
            std::thread::spawn(move || pdf(&document).unwrap())
        })
        .collect();

    assert!(pdf(&document).unwrap() == first);
    for thread in threads {
        assert!(thread.join().unwrap() == first);
    }
}

#[test]
fn nothing_leaves_the_margins() {
    let mut documents = vec![sample::hostile(), sample::plain(40), sample::long(300)];
    documents.extend([Paper::Letter, Paper::A4Landscape].map(sample::stress));
    documents.extend(
        [
            Paper::Letter,
            Paper::LetterLandscape,
            Paper::A4,
            Paper::A4Landscape,
        ]
        .map(sample::everything),
    );
    for document in documents {
        drawn(&document, |shaper, drawn| {
            for (number, page) in drawn.pages.iter().enumerate() {
                let sheet = page.sheet;
                let (left, right) = (sheet.left - 0.6, sheet.left + sheet.text_width() + 0.6);
                let (top, bottom) = (sheet.top - 40.0, sheet.bottom + 33.0);
                for Tagged { mark, .. } in &page.marks {
                    if is_space(shaper, mark) {
                        continue;
                    }
                    let (from, to) = extent(shaper, mark);
                    let inside = from.x >= left && to.x <= right && from.y >= top && to.y <= bottom;
                    assert!(
                        inside,
                        "page {}: {mark:?} from {from:?} to {to:?}",
                        number + 1
                    );
                }
            }
        });
    }
}

#[test]
fn no_word_is_written_over_another() {
    let mut documents = vec![sample::hostile(), sample::plain(40), sample::long(60)];
    documents.extend([Paper::Letter, Paper::A4Landscape].map(sample::stress));
    documents.extend([Paper::A4, Paper::LetterLandscape].map(sample::everything));
    for document in documents {
        drawn(&document, |shaper, drawn| {
            for (number, page) in drawn.pages.iter().enumerate() {
                let mut boxes: Vec<(Area, &str)> = page
                    .marks
                    .iter()
                    .filter_map(|tagged| ink(shaper, &tagged.mark))
                    .collect();
                boxes.sort_by(|(a, _), (b, _)| a.y.total_cmp(&b.y));
                for (at, (area, text)) in boxes.iter().enumerate() {
                    let below = boxes.iter().skip(at + 1);
                    for (other, words) in below.take_while(|(other, _)| other.y < area.bottom()) {
                        let apart = other.right() <= area.x || area.right() <= other.x;
                        assert!(apart, "page {}: {text} and {words} at {area:?}", number + 1);
                    }
                }
            }
        });
    }
}

/// What of a word has to stay free: the height of small letters, a little narrower than the word.
fn ink<'a>(shaper: &'a Shaper, mark: &Mark) -> Option<(Area, &'a str)> {
    let Mark::Text { at, size, word, .. } = mark else {
        return None;
    };
    let text = shaper.glyphs(*word).1;
    let width = shaper.width_of(*word) * size - 1.0;
    let area = Area::new(at.x + 0.5, at.y - size * 0.5, width, size * 0.5);
    (!text.trim().is_empty() && width > 0.0).then_some((area, text))
}

#[test]
fn wide_table_lies_on_its_side_and_the_rest_stands() {
    drawn(&sample::stress(Paper::Letter), |shaper, drawn| {
        let words = words(shaper, drawn);
        let text = |page: &Vec<(Point, String)>| {
            let text: String = page.iter().map(|(_, text)| text.as_str()).collect();
            text.replace(' ', "")
        };
        let texts: Vec<String> = words.iter().map(text).collect();
        let lies = |wanted: &str| {
            let page = texts
                .iter()
                .skip(2)
                .position(|text| text.contains(wanted))
                .unwrap()
                + 2;
            drawn.pages.get(page).unwrap().sheet.is_on_its_side()
        };

        assert!(lies("Reportsanalysed,newestfirst"), "{texts:?}");
        assert!(lies("MACITENTAN;"));
        assert!(!lies("Eachrowisonereport."), "what comes before stands");
        assert!(!lies("Uprightagain"), "what comes after stands");
        let upright = drawn
            .pages
            .iter()
            .filter(|page| !page.sheet.is_on_its_side())
            .count();
        assert!(upright > drawn.pages.len() / 3);
    });
}

#[test]
fn a_table_that_is_not_printed_takes_no_sheet_on_its_side() {
    let blocks = sample::stress(Paper::A4).sections.into_iter();
    let is_wide = |block: &Block| matches!(block, Block::Table(table) if table.id == "listing");
    let wide = blocks.flat_map(|section| section.blocks).find(is_wide);
    let Some(Block::Table(wide)) = wide else {
        panic!("there is no wide table");
    };
    let named = sample::table(
        "named",
        "Zebra",
        vec![sample::column("N", Cells::Integer(vec![1, 2]))],
    );
    let mut turned = Vec::new();
    for rows in 20..60 {
        let printed = |table: &quire_model::Table, rows| {
            Block::Table(quire_model::Table {
                print_rows: Some(rows),
                ..table.clone()
            })
        };
        let after = sample::paragraph("Afterwards");
        let blocks = vec![printed(&wide, rows), printed(&named, 0), after];
        turned.push(drawn(&with_blocks(blocks), |shaper, drawn| {
            let pages = words(shaper, drawn);
            let holds = |at: usize, wanted: &str| -> bool {
                let mut words = pages.get(at).unwrap().iter();
                words.any(|(_, text)| text.contains(wanted))
            };
            let at = (0..pages.len()).find(|at| holds(*at, "Zebra")).unwrap();
            let is_turned = drawn.pages.get(at).unwrap().sheet.is_on_its_side();
            assert!(holds(at, "JSON"), "{rows} rows: name and note are parted");
            // Below the table on its side or its notes, or with what follows.
            let first = pages.get(at).unwrap().first().unwrap();
            assert!(!is_turned || first.1 != "Table", "{rows} rows");
            assert_ne!(is_turned, holds(at, "Afterwards"), "{rows} rows");
            is_turned
        }));
    }
    assert!(turned.contains(&true) && turned.contains(&false));
}

#[test]
fn nothing_of_a_very_long_list_is_lost() {
    let pages = texts(&sample::stress(Paper::A4)).concat();
    assert_eq!(pages.matches("DRUG").count(), 519);
    assert_eq!(
        pages.matches("MG);").count() + pages.matches("MG)").count(),
        2 * 519 - 1
    );
}

#[test]
fn words_from_right_to_left_are_drawn_from_right_to_left() {
    let document = with_blocks(vec![sample::paragraph(
        "one \u{5d0}\u{5d1} \u{5d2}\u{5d3} two",
    )]);
    drawn(&document, |shaper, drawn| {
        let words = words(shaper, drawn).concat();
        let x = |wanted: &str| words.iter().find(|(_, text)| text == wanted).unwrap().0.x;
        assert!(x("one") < x("\u{5d2}\u{5d3}"));
        assert!(x("\u{5d2}\u{5d3}") < x("\u{5d0}\u{5d1}"));
        assert!(x("\u{5d0}\u{5d1}") < x("two"));
    });
    let document = with_blocks(vec![sample::paragraph("one \u{5d0} (\u{5d1} 12) two")]);
    drawn(&document, |shaper, drawn| {
        let words = words(shaper, drawn).concat();
        let x = |wanted: &str| words.iter().find(|(_, text)| text == wanted).unwrap().0.x;
        let order = ["one", "(", "12", "(\u{5d1}", "\u{5d0}", "two"].map(x);
        assert!(order.is_sorted(), "{order:?}");
    });
}

/// Whether a mark is a space, which nobody sees.
fn is_space(shaper: &Shaper, mark: &Mark) -> bool {
    matches!(mark, Mark::Text { word, .. } if shaper.glyphs(*word).1.trim().is_empty())
}

/// The corners of what a mark covers; of text, its baseline.
fn extent(shaper: &Shaper, mark: &Mark) -> (Point, Point) {
    match mark {
        Mark::Text { at, size, word, .. } => {
            (*at, Point::new(at.x + shaper.width_of(*word) * size, at.y))
        }
        Mark::Fill { area, .. } | Mark::Picture { area, .. } => (
            Point::new(area.x, area.y),
            Point::new(area.right(), area.bottom()),
        ),
        Mark::Stroke { points, .. } | Mark::Shape { points, .. } => {
            let far = |pick: fn(&Point) -> f32, best: fn(f32, f32) -> f32, start| {
                points.iter().map(pick).fold(start, best)
            };
            // Points at the edge of a chart stand half outside.
            (
                Point::new(
                    far(|p| p.x, f32::min, f32::MAX) + 4.0,
                    far(|p| p.y, f32::min, f32::MAX),
                ),
                Point::new(
                    far(|p| p.x, f32::max, f32::MIN) - 4.0,
                    far(|p| p.y, f32::max, f32::MIN),
                ),
            )
        }
    }
}

#[test]
fn no_glyph_is_unknown() {
    for document in [sample::hostile(), sample::everything(Paper::A4)] {
        drawn(&document, |shaper, drawn| {
            for tagged in drawn.pages.iter().flat_map(|page| &page.marks) {
                if let Mark::Text { word, .. } = &tagged.mark {
                    let (glyphs, text) = shaper.glyphs(*word);
                    assert!(glyphs.iter().all(|glyph| glyph.id != 0), "{text}");
                }
            }
        });
    }
}

#[test]
fn header_is_repeated_on_every_page_of_a_table() {
    let pages = texts(&sample::plain(200));

    assert!(pages.len() > 5);
    for page in pages {
        assert!(page.contains("ReactionReports"), "{page}");
    }
}

#[test]
fn what_a_header_has_no_room_for_is_told_below_the_table() {
    let words: Vec<String> = (0..60).map(|at| format!("heading{at}")).collect();
    let column = |title: &str| sample::column(title, Cells::Integer(vec![1, 2]));
    let columns = (0..9)
        .map(|at| column(if at == 4 { "Another" } else { "Reports" }))
        .chain([column(&words.join(" "))])
        .collect();
    let table = sample::table("t", "Wide", columns);

    let pages = texts(&with_blocks(vec![Block::Table(table)])).concat();

    assert!(pages.contains('…'), "{pages}");
    let (_, note) = pages.split_once("column 10 in full:").expect(&pages);
    for word in words {
        assert!(note.contains(&word), "{word}: {note}");
    }
    assert_eq!(pages.matches("in full").count(), 1, "{pages}");
}

#[test]
fn what_a_chart_has_no_room_for_is_told_below_it() {
    let long =
        |what: &str, at: usize| format!("{what}-{at}- {}", "of many words ".repeat(9).trim_end());
    let positions = Positions::Categories((0..4).map(|at| long("Category", at)).collect());
    let series = (0..20).map(|at| sample::series(&long("Series", at), &[1.0, 2.0, 3.0, 4.0]));
    for kind in ["bar", "line", "horizontal-bar"] {
        let mut chart = sample::chart(kind, "Much", positions.clone(), series.clone().collect());
        chart.y.title = long("Axis", 0);
        chart.reference_lines = vec![ReferenceLine {
            at: 2.0,
            label: Some(long("Threshold", 0)),
            on_x: false,
        }];

        let pages = texts(&with_blocks(vec![Block::Chart(chart)])).concat();

        let (drawn, note) = pages.split_once("In full:").expect(&pages);
        assert!(drawn.contains('…'), "{kind}: {drawn}");
        for name in (0..20).map(|at| format!("Series-{at}-")) {
            assert!(note.contains(&name), "{kind}: {name}: {note}");
        }
        for name in ["Category-3-", "Axis-0-", "Threshold-0-"] {
            assert!(note.contains(name), "{kind}: {name}: {note}");
        }
    }
    let short = sample::chart(
        "line",
        "Little",
        Positions::Categories(vec!["2013".to_owned(), "2014".to_owned()]),
        vec![sample::series("Reports", &[1.0, 2.0])],
    );
    let pages = texts(&with_blocks(vec![Block::Chart(short)])).concat();
    assert!(!pages.contains("In full:"), "{pages}");
}

#[test]
fn every_link_of_a_file_is_ascii() {
    let link = |text: &str, href: &str| Span {
        href: Some(href.to_owned()),
        ..Span::plain(text)
    };
    let addresses = [
        (
            "https://example.org/naïve path/日本?q=ä&r=%C3%A4#§1",
            "https://example.org/na%C3%AFve%20path/%E6%97%A5%E6%9C%AC?q=%C3%A4&r=%C3%A4#%C2%A71",
        ),
        (
            "https://bücher.example/a",
            "https://xn--bcher-kva.example/a",
        ),
        ("https://example.org/plain", "https://example.org/plain"),
    ];
    let spans = addresses.map(|(written, _)| link("link ", written));
    let note = Span {
        footnote: Some("https://example.org/ünote".to_owned()),
        ..link("noted", "https://example.org/é")
    };
    let paragraph = Paragraph {
        spans: spans.into_iter().chain([note]).collect(),
        ..Paragraph::default()
    };
    let document = with_blocks(vec![Block::Paragraph(paragraph)]);

    let file = File::load_mem(&pdf(&document).unwrap()).unwrap();
    let addresses_of_file: Vec<String> = file
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter_map(
            |dictionary| match dictionary.get(b"A").unwrap_or(&Object::Null) {
                Object::Dictionary(action) => Some(action.clone()),
                Object::Reference(id) => file.get_dictionary(*id).ok().cloned(),
                _ => None,
            },
        )
        .filter_map(|action| match action.get(b"URI") {
            Ok(Object::String(uri, _)) => Some(String::from_utf8(uri.clone()).unwrap()),
            _ => None,
        })
        .collect();

    for (_, expected) in addresses {
        assert!(
            addresses_of_file.iter().any(|uri| uri == expected),
            "{expected}: {addresses_of_file:?}"
        );
    }
    assert!(addresses_of_file.len() >= 4, "{addresses_of_file:?}");
    assert!(
        addresses_of_file.iter().all(|uri| uri.is_ascii()),
        "{addresses_of_file:?}"
    );
}

#[test]
fn every_row_is_printed_once() {
    let names: Vec<String> = (0..300).map(|at| format!("row<{at}>")).collect();
    let columns = vec![sample::column("Name", Cells::Text(names.clone()))];

    let pages = texts(&with_blocks(vec![Block::Table(sample::table(
        "t", "Rows", columns,
    ))]))
    .concat();

    for name in names {
        assert_eq!(pages.matches(&name).count(), 1, "{name}");
    }
}

#[test]
fn row_higher_than_a_page_is_split_and_loses_nothing() {
    let words: Vec<String> = (0..4_000).map(|at| format!("word{at}")).collect();
    let columns = vec![
        sample::column(
            "Text",
            Cells::Text(vec![
                String::from("before"),
                words.join(" "),
                String::from("after"),
            ]),
        ),
        sample::column("Number", Cells::Integer(vec![1, 2, 3])),
    ];
    let document = with_blocks(vec![Block::Table(sample::table("t", "Long", columns))]);

    let pages = texts(&document);

    assert!(pages.len() > 2);
    let all = pages.join(" ");
    for word in ["word0", "word1999", "word3999", "after"] {
        assert!(all.contains(word), "{word}");
    }
    assert!(pages.iter().all(|page| page.contains("Number")));
}

#[test]
fn word_longer_than_a_line_is_broken_and_loses_nothing() {
    let document = with_blocks(vec![sample::paragraph(&"abcdefghij".repeat(1_000))]);

    let pages = texts(&document).concat();

    assert!(pages.matches('j').count() >= 1_000);
}

#[test]
fn rows_that_are_not_printed_are_counted() {
    let mut table = sample::table(
        "t",
        "Short",
        vec![sample::column("N", Cells::Integer((0..50).collect()))],
    );
    table.print_rows = Some(10);

    let page = drawn(&with_blocks(vec![Block::Table(table)]), |shaper, drawn| {
        words(shaper, drawn)
            .concat()
            .into_iter()
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join(" ")
    });

    assert!(page.contains("rows   are   not   printed."), "{page}");
    assert!(page.contains(" 8 9 40   of   50 "));
}

#[test]
fn marks_may_name_any_row() {
    let mut table = sample::table(
        "t",
        "Marks",
        vec![sample::column("N", Cells::Integer(vec![1, 2]))],
    );
    table.marks = [0, 1, 7]
        .map(|row| RowMark {
            row,
            role: RowRole::Total,
            indent: 9,
        })
        .to_vec();

    assert_eq!(texts(&with_blocks(vec![Block::Table(table)])).len(), 1);
}

#[test]
fn footnotes_that_exceed_a_page_go_on() {
    let words: Vec<String> = (0..3_000).map(|at| format!("note{at}")).collect();
    let span = Span {
        footnote: Some(words.join(" ")),
        ..Span::plain("text")
    };
    let blocks = vec![
        Block::Paragraph(Paragraph {
            spans: vec![span],
            ..Paragraph::default()
        }),
        sample::paragraph(sample::PROSE),
    ];

    let pages = texts(&with_blocks(blocks));

    assert!(pages.len() > 2);
    let all = pages.join(" ");
    for word in ["note0", "note1500", "note2999"] {
        assert!(all.contains(word), "{word}");
    }
}

#[test]
fn footnote_stands_on_the_page_of_its_mark() {
    let mut blocks: Vec<Block> = (0..3).map(|_| sample::paragraph(sample::PROSE)).collect();
    for at in 0..60 {
        let span = Span {
            footnote: Some(format!("Footnote{at}.")),
            ..Span::plain(format!("Marked{at}."))
        };
        blocks.push(Block::Paragraph(Paragraph {
            spans: vec![span],
            ..Paragraph::default()
        }));
    }

    for page in texts(&with_blocks(blocks)) {
        for at in 0..60 {
            assert_eq!(
                page.contains(&format!("Marked{at}.")),
                page.contains(&format!("Footnote{at}.")),
                "{at}"
            );
        }
    }
}

#[test]
fn heading_stays_with_its_text() {
    for lines in 0..60 {
        let mut blocks: Vec<Block> = (0..lines).map(|_| sample::paragraph("Filler.")).collect();
        blocks.extend([
            sample::heading(1, "Lonely"),
            sample::heading(2, "Lonelier"),
            sample::paragraph("Company."),
        ]);

        for page in texts(&with_blocks(blocks)) {
            assert_eq!(
                page.contains("Lonely"),
                page.contains("Company."),
                "after {lines} lines"
            );
        }
    }
}

#[test]
fn heading_before_a_list_keeps_its_place_in_the_line() {
    for lines in 0..60 {
        let mut blocks: Vec<Block> = (0..lines).map(|_| sample::paragraph("Filler.")).collect();
        blocks.extend([
            sample::heading(1, "Lonely"),
            sample::item(Marker::Bullet, 1, &sample::PROSE.repeat(2)),
        ]);
        drawn(&with_blocks(blocks), |shaper, drawn| {
            let words = words(shaper, drawn).concat();
            let (at, _) = words.iter().find(|(_, text)| text == "Lonely").unwrap();
            let left = drawn.pages.first().unwrap().sheet.left;
            assert!((at.x - left).abs() < 0.01, "after {lines} lines: {at:?}");
        });
    }
}

/// Whether something but the footer stands below the last heading.
fn company(shaper: &Shaper, page: &Page) -> bool {
    let is_heading = |mark: &Mark| matches!(mark, Mark::Text { word, .. } if shaper.glyphs(*word).1 == "Lonelier");
    let marks: Vec<&Mark> = page.marks.iter().map(|tagged| &tagged.mark).collect();
    let last = marks.iter().position(|mark| is_heading(mark)).unwrap();
    let below = marks.into_iter().skip(last + 1);
    below.take_while(|mark| !matches!(mark, Mark::Text { word, .. } if shaper.glyphs(*word).1.starts_with("Document ") || shaper.glyphs(*word).1 == "A title")).any(|mark| matches!(mark, Mark::Picture { .. } | Mark::Fill { .. }))
}

#[test]
fn heading_moves_on_with_what_cannot_be_split() {
    let picture = |block: &Block| matches!(block, Block::Image(_));
    let sections = sample::everything(Paper::A4).sections;
    let image = sections
        .into_iter()
        .flat_map(|section| section.blocks)
        .find(picture);
    let names: Vec<String> = (0..30).map(|at| format!("Row{at}")).collect();
    let values: Vec<f64> = (0..30).map(f64::from).collect();
    let mut header = sample::table(
        "t",
        "Company",
        vec![sample::column(
            "A very long header of very many words",
            Cells::Integer(vec![1]),
        )],
    );
    header.columns.extend((0..9).map(|_| {
        sample::column(
            "Another very long header of very many words",
            Cells::Integer(vec![1]),
        )
    }));
    let followers = [
        image,
        Some(Block::Chart(sample::chart(
            "bar",
            "Company",
            Positions::Categories(names.clone()),
            vec![sample::series("S", &values)],
        ))),
        Some(Block::Chart(sample::chart(
            "forest",
            "Company",
            Positions::Categories(names),
            vec![sample::series("S", &values)],
        ))),
        Some(Block::Table(header)),
    ];
    for follower in followers.into_iter().flatten() {
        for lines in (0..62).step_by(3) {
            let mut blocks: Vec<Block> = (0..lines).map(|_| sample::paragraph("Filler.")).collect();
            blocks.extend([
                sample::heading(1, "Lonely"),
                sample::heading(2, "Lonelier"),
                follower.clone(),
            ]);
            drawn(&with_blocks(blocks), |shaper, drawn| {
                let pages = words(shaper, drawn);
                let holds = |page: &[(Point, String)], word: &str| {
                    page.iter().any(|(_, text)| text == word)
                };
                let at = pages.iter().position(|page| holds(page, "Lonely")).unwrap();
                assert!(holds(pages.get(at).unwrap(), "Lonelier"));
                assert!(
                    company(shaper, drawn.pages.get(at).unwrap()),
                    "after {lines} lines"
                );
                assert!(drawn.entries.iter().all(|entry| entry.place.page == at));
            });
        }
    }
}

#[test]
fn callout_is_split_over_pages() {
    let body = (0..40).map(|_| Paragraph {
        spans: vec![Span::plain(sample::PROSE)],
        ..Paragraph::default()
    });
    let callout = Callout {
        tone: Tone::Info,
        title: None,
        body: body.collect(),
        attributes: Vec::new(),
    };
    let document = with_blocks(vec![Block::Callout(callout)]);

    drawn(&document, |_, drawn| {
        assert!(drawn.pages.len() > 2);
        for page in &drawn.pages {
            let (_, fill) = crate::style::tone(Tone::Info);
            let boxes = page.marks.iter().filter(
                |tagged| matches!(&tagged.mark, Mark::Fill { colour, .. } if *colour == fill),
            );
            assert_eq!(boxes.count(), 1);
        }
    });
}

#[test]
fn a_short_callout_is_never_split() {
    let callout = |words: usize| {
        Block::Callout(Callout {
            tone: Tone::Info,
            title: Some("Read with care".to_owned()),
            body: vec![Paragraph {
                spans: vec![Span::plain("A report is a suspicion. ".repeat(words))],
                ..Paragraph::default()
            }],
            attributes: Vec::new(),
        })
    };
    let line = || {
        Block::Paragraph(Paragraph {
            spans: vec![Span::plain("A line.")],
            ..Paragraph::default()
        })
    };
    for lines in 20..50 {
        let mut blocks: Vec<Block> = (0..lines).map(|_| line()).collect();
        blocks.push(callout(20));

        drawn(&with_blocks(blocks), |_, drawn| {
            let (_, fill) = crate::style::tone(Tone::Info);
            let boxes = drawn.pages.iter().flat_map(|page| &page.marks);
            let boxes = boxes.filter(
                |tagged| matches!(&tagged.mark, Mark::Fill { colour, .. } if *colour == fill),
            );
            assert_eq!(boxes.count(), 1, "after {lines} lines");
        });
    }
}

#[test]
fn contents_follow_the_first_section_and_name_the_right_pages() {
    for paper in [Paper::Letter, Paper::A4Landscape] {
        let document = sample::everything(paper);
        drawn(&document, |shaper, drawn| {
            let words = words(shaper, drawn);
            let page = |title: &str| {
                let mut entries = drawn.entries.iter();
                entries
                    .find(|entry| entry.title == title)
                    .unwrap()
                    .place
                    .page
            };
            let contents = page("Contents");
            assert!(page("Outlook") <= contents && contents < page("All reactions"));
            for entry in drawn
                .entries
                .iter()
                .filter(|entry| !entry.number.is_empty())
            {
                let page = words.get(entry.place.page).unwrap();
                let title: String = page.iter().map(|(_, text)| text.as_str()).collect();
                assert!(
                    title.contains(&entry.title.replace(' ', "")) || title.contains(&entry.title),
                    "{entry:?}"
                );
                let listed = words.get(contents).unwrap();
                let shown = (entry.place.page + 1).to_string();
                let row = listed
                    .iter()
                    .find(|(at, text)| at.x < 200.0 && *text == entry.number)
                    .unwrap()
                    .0
                    .y;
                assert!(
                    listed
                        .iter()
                        .any(|(at, text)| (at.y - row).abs() < 0.1 && *text == shown),
                    "{entry:?}"
                );
            }
        });
    }
}

#[test]
fn contents_stand_below_a_short_first_section() {
    let pages = |paragraphs: usize| {
        let mut document = sample::document("A title", Paper::Letter, true);
        let text = || sample::paragraph("Some words of the first section, which is read first.");
        let mut first = vec![sample::heading(1, "First")];
        first.extend((0..paragraphs).map(|_| text()));
        let second = vec![sample::heading(1, "Second"), text()];
        document.sections = vec![
            sample::section("first", first),
            sample::section("second", second),
        ];
        drawn(&document, |_, drawn| {
            let entries = drawn.entries.iter();
            entries
                .map(|entry| (entry.title.clone(), entry.place.page))
                .collect::<Vec<_>>()
        })
    };
    let at = |places: [usize; 3]| {
        let titles = ["First", "Contents", "Second"].map(str::to_owned);
        titles.into_iter().zip(places).collect::<Vec<_>>()
    };

    assert_eq!(pages(2), at([0, 0, 1]));
    assert_eq!(pages(24), at([0, 1, 2]));
}

#[test]
fn links_in_a_section_lead_to_its_headings() {
    drawn(&sample::everything(Paper::Letter), |_, drawn| {
        let outlook = drawn
            .entries
            .iter()
            .find(|entry| entry.title == "Outlook")
            .unwrap();
        let links = drawn.pages.first().unwrap().links.iter();
        assert!(
            links
                .clone()
                .any(|link| link.to == Target::Place(outlook.place))
        );
        assert!(links.clone().any(
            |link| matches!(&link.to, Target::Address(address) if address.starts_with("https:"))
        ));
    });
}

#[test]
fn two_small_tables_stand_side_by_side() {
    let small = |id: &str| {
        let cells = Cells::Text(["Female", "Male"].map(str::to_owned).to_vec());
        let counts = Cells::Integer(vec![45, 16]);
        let columns = vec![
            sample::column("Sex", cells),
            sample::column("Reports", counts),
        ];
        Block::Table(sample::table(id, "Reports", columns))
    };
    let tops = |blocks: Vec<Block>| {
        drawn(&with_blocks(blocks), |shaper, drawn| {
            let words = words(shaper, drawn).concat();
            let labels = words
                .into_iter()
                .filter(|(_, text)| text.starts_with("Table"));
            labels.map(|(at, _)| at).collect::<Vec<_>>()
        })
    };

    let beside = tops(vec![small("one"), small("two")]);
    let apart = tops(vec![
        small("one"),
        sample::paragraph("Between."),
        small("two"),
    ]);

    assert!((beside[0].y - beside[1].y).abs() < 0.1 && beside[0].x < beside[1].x);
    assert!(apart[0].y < apart[1].y && (apart[0].x - apart[1].x).abs() < 0.1);
}

#[test]
fn a_table_does_not_end_with_one_row_on_a_page_of_its_own() {
    for rows in 60..110 {
        let numbers = Cells::Integer((0..rows).collect());
        let table = sample::table("t", "Rows", vec![sample::column("Row", numbers)]);
        let last = drawn(&with_blocks(vec![Block::Table(table)]), |shaper, drawn| {
            let words = words(shaper, drawn).pop().unwrap();
            let is_row = |text: &str| text.parse::<u32>().is_ok();
            words.iter().filter(|(_, text)| is_row(text)).count()
        });
        assert!(last >= 3, "{rows} rows end with {last}");
    }
}

#[test]
fn section_without_blocks_is_nothing() {
    let mut document = sample::document("Nothing", Paper::Letter, true);
    document.sections = vec![sample::section("empty", Vec::new())];

    assert_eq!(
        File::load_mem(&pdf(&document).unwrap())
            .unwrap()
            .get_pages()
            .len(),
        1
    );
    document.front_matter = false;
    assert_eq!(
        File::load_mem(&pdf(&document).unwrap())
            .unwrap()
            .get_pages()
            .len(),
        1
    );
}

fn title(item: &lopdf::Dictionary) -> String {
    let bytes = item.get(b"Title").unwrap().as_str().unwrap();
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => String::from_utf16(
            &units
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect::<Vec<_>>(),
        )
        .unwrap(),
        None => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// Bookmarks in reading order, with their depth.
fn bookmarks(
    file: &File,
    item: &lopdf::Dictionary,
    depth: usize,
    found: &mut Vec<(usize, String)>,
) {
    let mut next = item.get(b"First").and_then(Object::as_reference).ok();
    while let Some(id) = next {
        let item = file.get_dictionary(id).unwrap();
        found.push((depth, title(item)));
        bookmarks(file, item, depth + 1, found);
        next = item.get(b"Next").and_then(Object::as_reference).ok();
    }
}

#[test]
fn bookmarks_are_nested_and_in_reading_order() {
    let file = File::load_mem(&pdf(&sample::everything(Paper::A4)).unwrap()).unwrap();
    let outlines = file
        .catalog()
        .unwrap()
        .get(b"Outlines")
        .and_then(Object::as_reference)
        .unwrap();

    let mut found = Vec::new();
    bookmarks(&file, file.get_dictionary(outlines).unwrap(), 0, &mut found);

    let expected = [
        (0, "1 Summary"),
        (1, "1.1 What was done"),
        (1, "1.2 Outlook"),
        (0, "Contents"),
        (0, "2 Reactions and outcomes"),
        (1, "2.1 All reactions"),
        (0, "3 Patients and time"),
        (0, "4 Signals"),
        (1, "4.1 A table of many columns"),
        (0, "5 Limitations"),
    ];
    assert_eq!(
        found,
        expected.map(|(depth, title)| (depth, title.to_owned()))
    );
}

#[test]
fn file_says_what_it_is() {
    let file = File::load_mem(&pdf(&sample::everything(Paper::A4)).unwrap()).unwrap();
    let catalog = file.catalog().unwrap();

    assert_eq!(file.version, "1.7");
    assert_eq!(
        catalog.get(b"PageMode").unwrap().as_name().unwrap(),
        b"UseOutlines"
    );
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
    for key in [
        b"Metadata".as_slice(),
        b"OutputIntents",
        b"ViewerPreferences",
    ] {
        assert!(catalog.has(key));
    }
    let info = file
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .unwrap();
    let info = file.get_dictionary(info).unwrap();
    assert_eq!(
        info.get(b"CreationDate").unwrap().as_str().unwrap(),
        b"D:20250630000000Z"
    );
}

fn attached() -> Document {
    let mut document = sample::everything(Paper::A4);
    let attachment = |name: &str, bytes: &[u8]| Attachment {
        name: name.to_owned(),
        media_type: String::from("application/json"),
        description: String::from("What the report was made from – and how"),
        bytes: bytes.to_vec(),
    };
    document.attachments = vec![
        attachment("manifest.json", b"{}"),
        attachment("Ärzte (1).json", &b"[0, 1, 2, 3]\n".repeat(5_000)),
    ];
    document
}

#[test]
fn attachments_come_back() {
    let document = attached();

    let mut found = crate::attachments(&pdf(&document).unwrap()).unwrap();

    found.sort_by_key(|attachment| attachment.bytes.len());
    assert_eq!(found, document.attachments);
    let none = pdf(&sample::everything(Paper::A4)).unwrap();
    assert_eq!(crate::attachments(&none).unwrap(), Vec::new());
    assert!(crate::attachments(b"%PDF-1.7 and no more").is_err());
}

#[test]
fn document_with_attachments_claims_the_part_that_allows_them() {
    for (document, part) in [(sample::everything(Paper::A4), 2), (attached(), 3)] {
        let bytes = pdf(&document).unwrap();
        let claim = format!("<pdfaid:part>{part}</pdfaid:part>");
        let found = bytes.windows(claim.len()).any(|at| at == claim.as_bytes());
        assert!(found, "{claim}");
    }
}

#[test]
fn typefaces_are_named_once_each() {
    let fonts = crate::fonts();
    let names: std::collections::BTreeSet<_> = fonts.iter().map(|(name, _)| name).collect();
    assert_eq!((fonts.len(), names.len()), (6, 6));
}

#[test]
fn content_holds_no_odd_numbers() {
    let file = File::load_mem(&pdf(&sample::hostile()).unwrap()).unwrap();

    for page in file.get_pages().into_values() {
        for operation in lopdf::content::Content::decode(&file.get_page_content(page))
            .unwrap()
            .operations
        {
            for operand in operation.operands {
                if let Object::Real(number) = operand {
                    assert!(
                        number.is_finite() && number.abs() < 2_000.0,
                        "{number} {}",
                        operation.operator
                    );
                }
            }
        }
    }
}

#[test]
fn captions_are_numbered_across_sections() {
    let pages = texts(&sample::everything(Paper::A4)).concat();
    for number in 1..=5 {
        assert!(pages.contains(&format!("Table\u{a0}{number}")), "{number}");
    }
    assert!(pages.contains("Figure\u{a0}12") && !pages.contains("Figure\u{a0}13"));
}
