//! What a narrative may say about signals.

use quire_sdk::{Content, Fact};
use quire_signals::{Order, Pair, Signals};

use crate::tables::{RULES, SHRUNK};

/// Reactions named one by one.
const STRONGEST: usize = 5;
/// Rules that a reaction has to meet to be named.
const NAMED_FROM: usize = 2;

pub(crate) fn write(content: &mut Content, signals: &Signals, listed: &[&Pair], order: Order) {
    let count = |key: &str, value: usize| Fact::count(key, value as u64).unit("reactions");
    content.fact(Fact::text("comparator", signals.source.label.as_str()));
    content.fact(count("reactions-tested", signals.pairs.len()).shown_in(RULES));
    content.fact(count("reactions-untested", signals.untested.len()));
    content.fact(count("reactions-listed", listed.len()).shown_in(RULES));
    content.fact(Fact::count("signal-minimum", signals.minimum).unit("reports"));
    content.fact(Fact::count("signal-rules", signals.rules.len() as u64).unit("rules"));
    content.fact(count("signals-one-rule", signals.meeting(1)).shown_in(RULES));
    content.fact(count("signals-two-rules", signals.meeting(2)).shown_in(RULES));
    content.fact(Fact::text("signal-order", order.name()));
    let clear =
        |pair: &&&Pair| pair.hits() >= NAMED_FROM && !pair.is_uninformative && pair.indicated == 0;
    for (rank, pair) in (1..=STRONGEST).zip(listed.iter().filter(clear)) {
        let key = format!("top-signal-{rank}");
        content.fact(Fact::text(&key, pair.term.as_str()).shown_in(SHRUNK));
        content.fact(
            Fact::count(&format!("{key}-reports"), pair.table.a())
                .unit("reports")
                .shown_in(SHRUNK),
        );
        content.fact(pair.estimate(order).and_then(|estimate| {
            Fact::number(&format!("{key}-lower"), estimate.lower).map(|fact| fact.shown_in(SHRUNK))
        }));
    }
}
