//! What a narrative may say about signals.

use quire_sdk::{Content, Fact, number};
use quire_signals::{Order, Pair, SUSPECTED_FROM, Signals, words};

use crate::tables::{RULES, SHRUNK};

/// Reactions named one by one.
const STRONGEST: usize = 5;

pub(crate) fn write(content: &mut Content, signals: &Signals, listed: &[&Pair], order: Order) {
    let count = |key: &str, value: usize| Fact::count(key, value as u64).unit("reactions");
    content.fact(Fact::text("comparator", signals.source.label.as_str()));
    content.fact(Fact::text("comparator-role", words::role(&signals.source)));
    content.fact(Fact::text("rules-applied", words::rules_applied(signals)));
    content.fact(count("reactions-tested", signals.pairs.len()).shown_in(RULES));
    content.fact(count("reactions-untested", signals.untested.len()));
    content.fact(count("reactions-listed", listed.len()).shown_in(RULES));
    content.fact(Fact::count("signal-minimum", signals.minimum).unit("reports"));
    content.fact(Fact::count("signal-rules", signals.rules.len() as u64).unit("rules"));
    // Nothing is counted that no reaction could have met.
    let (applied, from) = (signals.grounds().len(), signals.named_from());
    content.fact(Fact::text("signal-statistics", words::grounds(signals)));
    let one = count("signals-one-rule", signals.meeting(1)).shown_in(RULES);
    content.fact((applied > 0).then_some(one));
    let two = count("signals-two-rules", signals.meeting(2)).shown_in(RULES);
    content.fact((applied > 1).then_some(two));
    content.fact(Fact::text("signal-order", order.name()));
    let clear = listed.iter().filter(|pair| pair.is_named(from));
    content.fact(Fact::count("signal-suspect-minimum", SUSPECTED_FROM).unit("cases"));
    if let Some(unsuspected) = unsuspected(listed, from) {
        content.fact(Fact::text("signals-unsuspected", unsuspected).shown_in(SHRUNK));
    }
    if let Some(aside) = aside(listed, from) {
        content.fact(Fact::text("signals-aside", aside).shown_in(SHRUNK));
    }
    for (rank, pair) in (1..=STRONGEST).zip(clear) {
        let key = format!("top-signal-{rank}");
        content.fact(Fact::text(&key, pair.term.as_str()).shown_in(SHRUNK));
        content.fact(
            Fact::count(&format!("{key}-reports"), pair.table.a())
                .unit("reports")
                .shown_in(SHRUNK),
        );
        content.fact(
            Fact::count(&format!("{key}-suspect"), pair.suspect)
                .unit("reports")
                .shown_in(SHRUNK),
        );
        content.fact(
            Fact::count(&format!("{key}-suspect-cases"), pair.suspect_cases)
                .unit("cases")
                .shown_in(SHRUNK),
        );
        content.fact(pair.estimate(order).and_then(|estimate| {
            Fact::number(&format!("{key}-lower"), estimate.lower).map(|fact| fact.shown_in(SHRUNK))
        }));
    }
}

/// Terms that meet the rules and are not named as signals, because they may be the disease or are
/// administrative; none if there are none.
pub(crate) fn aside(listed: &[&Pair], from: usize) -> Option<String> {
    let named = |pair: &Pair| (!pair.speaks_for_itself()).then(|| pair.term.clone());
    first(listed, from, named)
}

/// Terms that meet the rules and are not named as signals, because too few probable cases suspect the
/// drug, each with how many do; none if there are none.
pub(crate) fn unsuspected(listed: &[&Pair], from: usize) -> Option<String> {
    let named = |pair: &Pair| {
        let is_meant = pair.speaks_for_itself() && !pair.is_suspected();
        is_meant.then(|| format!("{} ({})", pair.term, number::count(pair.suspect_cases)))
    };
    first(listed, from, named)
}

/// The first of those that meet so many rules, and how many more there are.
fn first(listed: &[&Pair], from: usize, named: impl Fn(&Pair) -> Option<String>) -> Option<String> {
    let pairs = listed.iter().filter(|pair| pair.stands_out(from));
    let mut names: Vec<String> = pairs.filter_map(|pair| named(pair)).collect();
    let beyond = names.len().saturating_sub(STRONGEST);
    if beyond > 0 {
        names.truncate(STRONGEST);
        names.push(format!("{} more", number::count(beyond as u64)));
    }
    (!names.is_empty()).then(|| number::list(&names, "and"))
}
