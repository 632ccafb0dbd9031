//! The section `signal-overview`: the reactions that meet several rules, one line each for the
//! reviewer, in the manner of section 15 of a PBRER.

mod designated;

use quire_sdk::{
    About, Column, Content, Cut, Data, Fact, Failure, Labelled, Request, Section, Table, Tone,
    number,
};
use quire_signals::{Order, Pair, SUSPECTED_FROM, Screening, Signals, words};
use serde::Deserialize;

/// The overview of signals.
#[derive(Debug)]
pub struct SignalOverview;

quire_sdk::section!(SignalOverview);

const TITLE: &str = "Signal overview";
const TABLE: &str = "signals";

const SCHEMA: &str = concat!(
    r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "rules-met": {
      "type": "integer", "minimum": 1, "maximum": 4, "default": 2,
      "description": "Statistics (PRR, ROR, IC, EBGM) by whose rules a reaction has to stand out to be shown; fewer suffice where no more can judge it."
    },
    "top": {
      "type": "integer", "minimum": 0, "maximum": 10000, "default": 50,
      "description": "Rows printed; 0 prints all. The table says how many are not."
    },
    "screening": "#,
    quire_signals::screening_schema!(),
    "
  }
}"
);

/// Parameters of the section.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Params {
    /// Statistics by whose rules a reaction has to stand out to be shown.
    pub rules_met: u32,
    /// Rows printed; 0 prints all.
    pub top: u32,
    /// Which reactions are tested, and by which rules.
    pub screening: Screening,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            rules_met: 2,
            top: 50,
            screening: Screening::default(),
        }
    }
}

impl Section for SignalOverview {
    const ABOUT: About = About {
        title: TITLE,
        summary: "Designated medical events with their reports, and reactions that meet rules of several \
                  statistics, classed as indication or administrative term, with a blank status for the \
                  reviewer.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: Some(SCHEMA),
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let params = &request.params;
        let available = params.screening.rules.len();
        if params.rules_met as usize > available {
            return Err(Failure::InvalidParams(format!(
                "rules-met is {}, but only {available} rules are used",
                params.rules_met
            )));
        }
        let designated = &params.screening.designated_events;
        let Some(signals) = Signals::of(data, &params.screening)? else {
            let mut content = words::without_background(TITLE, data)?;
            designated::write(&mut content, data, designated, None)?;
            return Ok(content);
        };
        data.analysed("there is no signal to list")?;
        let mut shown: Vec<&Pair> = signals
            .listed()
            .filter(|pair| pair.stands_out(params.rules_met as usize))
            .collect();
        shown.sort_by(|one, other| {
            let grounds = other.grounds.len().cmp(&one.grounds.len());
            grounds.then(one.compare(other, Order::Ic))
        });
        let cut = Cut::with(
            &mut shown,
            params.top,
            |pair| pair.gravity,
            |pair| pair.is_designated,
        );
        let labelled = Labelled::of(data, shown.iter().map(|pair| pair.term.as_str()));
        let mut content = Content::new(TITLE);
        designated::write(&mut content, data, designated, Some(&signals))?;
        content.heading("Signals");
        content.paragraph(opening(&signals, &shown, params.rules_met));
        if shown.is_empty() {
            content.paragraph(words::comparator(&signals.source));
            content.paragraph(criteria(&signals));
        } else {
            if let Some(gaps) = words::without_verdict(&signals) {
                content.paragraph(gaps);
            }
            content.paragraph(labelled.sentence());
            let mut table = table(&signals, &shown, &labelled);
            if let Some(note) = cut.note(params.top) {
                table = table.note(note);
            }
            content.table(table.print_top(cut.printed));
            content.callout(
                Tone::Info,
                "For the reviewer",
                "Status and assessment are left blank: no rule replaces the reading of the reports. \
                 A reaction that is also an indication, or an administrative term, is shown and marked, not removed.",
            );
        }
        facts(&mut content, &shown);
        Ok(content)
    }
}

fn opening(signals: &Signals, shown: &[&Pair], rules_met: u32) -> String {
    let listed = signals.listed().count() as u64;
    let tested = number::counted(signals.pairs.len() as u64, "reaction", "reactions");
    let minimum = number::reports(signals.minimum);
    if listed == 0 {
        return format!(
            "None of the {tested} tested has at least {minimum} with the drug in the comparator, so no \
             rule was applied. That is no evidence that the drug has no unknown reactions."
        );
    }
    let applied = words::rules_applied(signals);
    let grounds = signals.grounds();
    let listed = number::count(listed);
    let of = format!("Of the {tested} tested, {listed} had at least {minimum} with the drug.");
    let rules = match (grounds.len(), rules_met) {
        (0, _) => {
            return format!(
                "{of} To these {applied} could be applied. That is no evidence that the drug has no unknown \
                 reactions."
            );
        }
        (1, _) if signals.applied().count() == 1 => applied,
        (1, _) | (_, 1) => format!("at least one of {applied}"),
        (count, met) => format!(
            "rules of at least {} of {}, among {applied}",
            number::count(met.min(count as u32)),
            words::grounds(signals)
        ),
    };
    match shown.len() {
        0 => format!(
            "{of} None of these meets {rules}. That is no evidence that the drug \
             has no unknown reactions."
        ),
        count => format!(
            "{of} {} of these {} {rules}: signals of disproportionate reporting, \
             each to be assessed by a person.",
            number::count(count as u64),
            if count == 1 { "meets" } else { "meet" },
        ),
    }
}

fn figures(signals: &Signals, shown: &[&Pair]) -> Table {
    let lower = |order: Order| {
        let lower = move |pair: &&Pair| pair.estimate(order).map(|estimate| estimate.lower);
        shown.iter().map(lower)
    };
    Table::new(TABLE, "Signals of disproportionate reporting, for review")
        .column(Column::text(
            "reaction",
            "Preferred term",
            shown.iter().map(|pair| &pair.term),
        ))
        .column(Column::integer(
            "a",
            &words::headed("a", &signals.source),
            shown.iter().map(|pair| pair.table.a()),
        ))
        .column(Column::integer(
            "suspect",
            "Suspect",
            shown.iter().map(|pair| pair.suspect),
        ))
        .column(Column::integer(
            "suspect-cases",
            "Suspect cases",
            shown.iter().map(|pair| pair.suspect_cases),
        ))
        .column(Column::integer(
            "cases",
            "Cases",
            shown.iter().map(|pair| pair.cases),
        ))
        .column(Column::integer(
            "fatal",
            "Death",
            shown.iter().map(|pair| pair.gravity.fatal),
        ))
        .column(Column::integer(
            "m",
            "m",
            shown.iter().map(|pair| pair.table.event()),
        ))
        .column(Column::number(
            "expected",
            "E",
            3,
            shown.iter().map(|pair| Some(pair.table.expected())),
        ))
        .column(Column::integer(
            "rules-met",
            "Rules met",
            shown.iter().map(|pair| pair.hits() as u64),
        ))
        .column(Column::text(
            "rules",
            "Which",
            shown.iter().map(|pair| words::rules_met(signals, pair)),
        ))
        .column(Column::number("ic-lower", "IC025", 2, lower(Order::Ic)))
        .column(Column::number(
            "prr-lower",
            "PRR, lower bound",
            2,
            lower(Order::Prr),
        ))
        .column(Column::text(
            "class",
            "Class",
            shown.iter().map(|pair| class(pair)),
        ))
}

/// The columns of figures, then what the label says, what is left to the reviewer, and the notes.
fn table(signals: &Signals, shown: &[&Pair], labelled: &Labelled) -> Table {
    let table = figures(signals, shown);
    let table = if labelled.is_known() {
        let places = shown.iter().map(|pair| labelled.place(&pair.term));
        table.column(Column::text("label", &labelled.heading(), places))
    } else {
        table
    };
    table
        .column(Column::text("status", "Status and assessment", shown.iter().map(|_| "")))
        .note(words::comparator(&signals.source))
        .note(criteria(signals))
        .note("a: reports with drug and reaction in the comparator; m: with the reaction; E: expected. Indication: analysed reports that give the term as what the drug was taken for; the reaction may be the disease. Administrative: about use, handling, supply or quality of a product, or no event at all.")
        .note(format!("Suspect: analysed reports that name the reaction and in which the drug is suspect or interacting; suspect cases: their probable cases, of which one patient's reports are one. With fewer than {SUSPECTED_FROM} a signal is not named in the summary. Cases: probable cases of all analysed reports that name it; with fewer than {SUSPECTED_FROM} the class says so. Death: analysed reports of a death that name it, however the death is stated."))
        .note(words::GROUNDS_NOTE)
        .note(format!("Only reactions with a ≥ {} can be listed. – : not calculable.", signals.minimum))
}

/// The rules as this section used them: another section may use others.
fn criteria(signals: &Signals) -> String {
    let rule = |rule: &quire_signals::Rule| {
        let criteria: Vec<String> = rule.criteria.iter().map(ToString::to_string).collect();
        format!("{} ({})", words::short(rule.id), criteria.join(", "))
    };
    let rules: Vec<String> = signals.rules.iter().map(rule).collect();
    format!("Rules, by unrounded values: {}.", rules.join("; "))
}

fn class(pair: &Pair) -> String {
    let indication =
        (pair.indicated > 0).then(|| format!("indication ({})", number::reports(pair.indicated)));
    let said = |holds: bool, words: &str| holds.then(|| words.to_owned());
    let classes = [
        said(pair.is_designated, "designated medical event"),
        indication,
        said(pair.is_administrative, "administrative"),
        said(pair.rests_on_few(), "few cases"),
    ];
    let classes: Vec<String> = classes.into_iter().flatten().collect();
    if classes.is_empty() {
        "reaction".to_owned()
    } else {
        classes.join(", ")
    }
}

fn facts(content: &mut Content, shown: &[&Pair]) {
    if shown.is_empty() {
        return;
    }
    let count = |key: &str, holds: fn(&Pair) -> bool| {
        let reactions = shown.iter().filter(|pair| holds(pair)).count() as u64;
        Fact::count(key, reactions)
            .unit("reactions")
            .shown_in(TABLE)
    };
    content.fact(count("overview-reactions", |_| true));
    content.fact(count("overview-indications", |pair| pair.indicated > 0));
    content.fact(count("overview-administrative", |pair| {
        pair.is_administrative
    }));
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{
        Case, Fixture, defaults_agree, overclaims, plain_text, problems, render,
    };

    use super::*;

    fn fixture() -> Fixture {
        let cases = vec![
            Case::new("1")
                .with("reaction", "Oedema")
                .with("reaction", "Off label use")
                .with("reaction", "Nausea")
                .with("reaction", "Pulmonary hypertension")
                .with("indication", "Pulmonary hypertension"),
        ];
        let counts = [
            ("Oedema", 25, 400),
            ("Nausea", 5, 600),
            ("Off label use", 10, 200),
            ("Pulmonary hypertension", 12, 50),
        ];
        Fixture::new(cases).with_background("primary-suspect", (100, 10_000), &counts)
    }

    #[test]
    fn each_signal_is_classed_and_left_for_the_reviewer() {
        let said = (
            "Pulmonary hypertension",
            "adverse reactions",
            "pulmonary hypertension",
        );
        let fixture = fixture().with_label(20_162, &[said]);

        let output = render::<SignalOverview>(&fixture, "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        assert_eq!(overclaims(&output, &[]), [""; 0]);
        let text = plain_text(&output);
        for line in [
            "Of the 4 reactions tested, 4 had at least 3 reports with the drug. 3 of these meet rules of at least 2 of the statistics PRR and IC, among the 3 rules that could be applied (Evans, EMA and UMC)",
            "Rules, by unrounded values: Evans (a ≥ 3, PRR ≥ 2,",
            "few cases | adverse reactions: \u{201c}pulmonary hypertension\u{201d} | \n",
            "| administrative, few cases | not found | \n",
            "| Class | In the label of 2025-03-15 | Status",
            "not that the label calls it a reaction to the drug",
            "the drug as primary suspect",
            "fact overview-indications = FactValue::Integer(1) <signals>",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn what_only_one_statistic_can_judge_does_not_vanish() {
        let cases = (1..=4).map(|id| {
            Case::new(&id.to_string())
                .with("role", "suspect")
                .with("reaction", "Flushing")
        });
        let fixture = Fixture::new(cases.collect()).with_background(
            "any-role",
            (100, 10_000),
            // Nobody else reports it, so that there is no ratio.
            &[("Flushing", 4, 4)],
        );

        let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());

        assert!(text.contains("\nFlushing | 4 | 4 | 4 | 4 | 0 |"), "{text}");
    }

    #[test]
    fn designated_medical_events_stand_with_their_reports_whatever_the_comparator_says() {
        let mut fixture = Fixture::new(vec![
            Case::new("10003300")
                .with("role", "suspect")
                .with("reaction", "Angioedema"),
            Case::new("10003301").with("reaction", "Nausea"),
        ]);
        let line = "\nAngioedema | 1 | 1 | 1 | 1 | 0 | 0 |";

        let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());
        assert!(
            text.contains(line) && text.contains("| 10003300\n"),
            "{text}"
        );
        fixture = fixture.with_background("any-role", (100, 10_000), &[("Angioedema", 1, 50)]);
        let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());
        assert!(
            text.contains(line) && text.contains("| 10003300\n"),
            "{text}"
        );
        assert!(
            text.contains("fact designated-events = FactValue::Integer(1)"),
            "{text}"
        );
    }

    #[test]
    fn without_a_label_a_sentence_says_so_in_place_of_a_column() {
        let text = plain_text(&render::<SignalOverview>(&fixture(), "{}").unwrap());

        let said = "names a reaction was not looked up: the source has no label of the product.";
        assert!(text.contains(said), "{text}");
        assert!(!text.contains("not found"), "{text}");
        assert!(text.contains("| Class | Status and assessment"), "{text}");
    }

    #[test]
    fn a_single_rule_is_not_counted_as_several() {
        let say = |params| plain_text(&render::<SignalOverview>(&fixture(), params).unwrap());

        let one = say(r#"{"rules-met": 1, "screening": {"rules": ["ema"]}}"#);
        assert!(
            one.contains("of these meet the one rule (EMA): signals"),
            "{one}"
        );
        // The rule of FDA looks at EB05, for which there is no prior.
        let of_two = say(r#"{"rules-met": 2, "screening": {"rules": ["ema", "fda"]}}"#);
        assert!(
            of_two.contains("3 of these meet the one rule that could be applied (EMA): signals"),
            "{of_two}"
        );
        let of_none = say(r#"{"screening": {"rules": ["mhra", "fda"]}}"#);
        assert!(
            of_none.contains("To these none of the 2 rules (MHRA and FDA) could be applied."),
            "{of_none}"
        );
    }

    #[test]
    fn no_signal_is_no_clearance() {
        let mut fixture = fixture();
        fixture.background_counts.truncate(0);

        let output = render::<SignalOverview>(&fixture, "{}").unwrap();

        assert_eq!(overclaims(&output, &[]), [""; 0]);
        let text = plain_text(&output);
        assert!(
            text.contains("None of the 0 reactions tested has at least 3 reports with the drug"),
            "{text}"
        );
        assert!(!text.contains("[table signals"), "{text}");
    }

    #[test]
    fn more_rules_than_there_are_is_refused() {
        let params = r#"{"rules-met": 2, "screening": {"rules": ["umc"]}}"#;

        let failure = render::<SignalOverview>(&fixture(), params).unwrap_err();

        assert_eq!(
            failure,
            Failure::InvalidParams("rules-met is 2, but only 1 rules are used".to_owned())
        );
    }

    #[test]
    fn without_a_background_a_box_says_so() {
        let mut fixture = fixture();
        fixture.background = None;

        let text = plain_text(&render::<SignalOverview>(&fixture, "{}").unwrap());

        assert!(
            text.contains("! No background, so nothing is computed"),
            "{text}"
        );
    }

    #[test]
    fn defaults_stand_in_schema_and_code_alike() {
        assert_eq!(defaults_agree::<Params>(&SignalOverview::ABOUT), Ok(()));
    }
}
