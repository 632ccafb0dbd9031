//! Facts: from sections, and to narratives.

use quire_model::{Fact, FactValue};

use super::{
    date::{from_days, to_days},
    origin::{attributes_in, attributes_out},
};
use crate::bindings::types as wit;

/// From the guest.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn fact_in(fact: wit::Fact) -> Result<Fact, String> {
    let value = match fact.value {
        wit::FactValue::Integer(value) => FactValue::Integer(value),
        wit::FactValue::Number(value) => FactValue::Number(value),
        wit::FactValue::Percent(value) => FactValue::Percent(value),
        wit::FactValue::Date(days) => FactValue::Date(from_days(days)?),
        wit::FactValue::Text(value) => FactValue::Text(value),
    };
    Ok(Fact {
        key: fact.key,
        value,
        unit: fact.unit,
        source: fact.source,
        attributes: attributes_in(fact.attributes),
    })
}

/// To the guest.
pub(crate) fn fact_out(fact: Fact) -> wit::Fact {
    let value = match fact.value {
        FactValue::Integer(value) => wit::FactValue::Integer(value),
        FactValue::Number(value) => wit::FactValue::Number(value),
        FactValue::Percent(value) => wit::FactValue::Percent(value),
        FactValue::Date(day) => wit::FactValue::Date(to_days(day)),
        FactValue::Text(value) => wit::FactValue::Text(value),
    };
    wit::Fact {
        key: fact.key,
        value,
        unit: fact.unit,
        source: fact.source,
        attributes: attributes_out(&fact.attributes),
    }
}
