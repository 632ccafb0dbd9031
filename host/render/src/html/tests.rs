//! Promises about the document as HTML.

use quire_model::{Block, Cells, Document, Heading, Paper, Span};

use super::html;
use crate::{printed::Printed, sample, sanitise::sanitise};

fn text(document: &Document) -> String {
    String::from_utf8(html(document).unwrap()).unwrap()
}

fn with_blocks(blocks: Vec<Block>) -> Document {
    let mut document = sample::document("A title", Paper::A4, true);
    document.sections = vec![sample::section("one", blocks)];
    document
}

/// What stands between the tags, entities resolved.
fn plain(html: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => plain.push(character),
            _ => {}
        }
    }
    plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Whether every element that is opened is closed, in the right order.
fn is_well_formed(html: &str) -> bool {
    const VOID: [&str; 5] = ["meta", "br", "img", "link", "hr"];
    let mut open: Vec<&str> = Vec::new();
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !name.starts_with('!') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.is_empty()
}

#[test]
fn equal_documents_give_equal_pages_that_are_well_formed() {
    for document in [
        sample::everything(Paper::Letter),
        sample::hostile(),
        sample::plain(60),
    ] {
        let page = text(&document);

        assert!(is_well_formed(&page));
        assert!(page == text(&document));
    }
}

#[test]
fn every_cell_says_what_the_pdf_says() {
    let document = sample::everything(Paper::A4);

    let page = text(&document);

    let words = plain(&page);
    let mut cells = 0;
    for section in &document.sections {
        for block in &section.blocks {
            let Block::Table(table) = block else { continue };
            for column in &table.columns {
                let printed = Printed::new(column);
                for row in 0..table.rows() {
                    let mut buffer = String::new();
                    let said = sanitise(printed.text(row, &mut buffer)).into_owned();
                    assert!(words.contains(&said), "{said}");
                    cells += 1;
                }
            }
        }
    }
    assert!(cells > 300, "{cells}");
    let rows = "All 58 rows; 45 of them are printed.";
    assert!(words.contains(rows));
}

#[test]
fn text_of_strangers_is_never_markup() {
    let attacks = [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</style><style>*{display:none}",
        "javascript:alert(1)",
        "<!--",
    ];
    let attack = attacks.join(" ");
    let mut document = with_blocks(vec![
        Block::Heading(Heading {
            level: 1,
            text: attack.clone(),
            anchor: Some(attack.clone()),
        }),
        sample::paragraph(&attack),
        Block::Table(sample::table(
            &attack,
            &attack,
            vec![sample::column(&attack, Cells::Text(vec![attack.clone()]))],
        )),
        Block::Paragraph(quire_model::Paragraph {
            spans: vec![Span {
                href: Some("javascript:alert(1)".to_owned()),
                footnote: Some(attack.clone()),
                ..Span::plain("link")
            }],
            ..quire_model::Paragraph::default()
        }),
    ]);
    document.title.clone_from(&attack);
    document.subtitle.clone_from(&attack);
    document.notice.clone_from(&attack);
    document.language = "en\" onload=\"alert(1)".to_owned();
    document.cover.push((attack.clone(), attack.clone()));
    document.sections[0].name.clone_from(&attack);

    let page = text(&document);

    for tag in ["<script", "<img", "<!--", "onload=\"", "href=\"javascript"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("<style").count(), 1);
    assert!(page.contains("<html lang=\"en\">"));
    assert!(plain(&page).contains(&attack));
    assert!(is_well_formed(&page));
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    for document in [sample::everything(Paper::A4), sample::hostile()] {
        let page = text(&document);

        let sources = page.split(" src=\"").skip(1);
        assert!(
            sources
                .clone()
                .all(|source| source.starts_with("data:image/"))
        );
        for tag in ["<script", "<link", "<iframe", "<object", "@import", "url("] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    }
}

#[test]
fn every_link_within_the_page_leads_somewhere_and_ids_are_unique() {
    for document in [sample::everything(Paper::A4), sample::hostile()] {
        let page = text(&document);

        let ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len());
        for target in page
            .split("href=\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert!(unique.contains(target), "{target}");
        }
    }
}

#[test]
fn headings_never_skip_a_level() {
    let heading = |level| {
        Block::Heading(Heading {
            level,
            text: format!("Level {level}"),
            anchor: None,
        })
    };

    let page = text(&with_blocks([3, 1, 4, 2, 4].map(heading).to_vec()));

    let levels: Vec<u32> = page
        .split("<h")
        .filter_map(|rest| rest.chars().next()?.to_digit(10))
        .collect();
    assert_eq!(levels, [1, 2, 2, 3, 3, 4]);
}

#[test]
fn a_long_table_is_whole_on_the_screen_and_cut_on_paper() {
    let mut table = sample::table(
        "t",
        "Long",
        vec![sample::column("N", Cells::Integer((0..1_000).collect()))],
    );
    table.print_rows = Some(50);

    let page = text(&with_blocks(vec![Block::Table(table)]));

    assert!(page.contains("<div class=\"scroll long\""));
    let (printed, more) = page.split_once("<tbody class=\"more\">").unwrap();
    assert!(printed.contains(">49</td>") && !printed.contains(">50</td>"));
    assert!(more.contains(">999</td>"));
}
