//! Facts: finite, named once, and readable in a table or chart that is there.

use quire_model::{Fact, FactValue};

use super::{
    Fault,
    tally::Tally,
    text::{attributes, key, optional, text},
};

/// Check a fact; all blocks have been counted.
pub(crate) fn check(fact: &Fact, tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(1)?;
    text(&fact.key, tally)?;
    key(&fact.key)?;
    value(fact, tally).map_err(|fault| fault.at(|| format!("`{}`", fact.key)))?;
    if !tally.facts.insert(fact.key.clone()) {
        return Err(format!("two facts have the key `{}`", fact.key).into());
    }
    Ok(())
}

fn value(fact: &Fact, tally: &mut Tally) -> Result<(), Fault> {
    match &fact.value {
        FactValue::Number(number) | FactValue::Percent(number) if !number.is_finite() => {
            return Err("its value is not a finite number".into());
        }
        FactValue::Text(words) => text(words, tally)?,
        _ => {}
    }
    optional(fact.unit.as_deref(), tally)?;
    attributes(&fact.attributes, tally)?;
    let Some(source) = &fact.source else {
        return Ok(());
    };
    text(source, tally)?;
    if !tally.ids.contains(source) {
        let source: String = source.chars().take(60).collect();
        return Err(format!("its source `{source}` is no table or chart of the section").into());
    }
    Ok(())
}
