//! Arguments of a call.

use quire_model::{Attribute, Fact, FactValue, SectionFacts, epoch_days};

use crate::{
    Call,
    bindings::{narrative::exports::quire::report::narrative, types as wit},
};

pub(crate) fn context(call: Call, locale: String) -> wit::RenderContext {
    wit::RenderContext {
        document_id: call.document_id,
        title: call.title,
        locale,
        as_of: epoch_days(call.as_of),
        period: (epoch_days(call.period.0), epoch_days(call.period.1)),
        seed: call.seed,
        params: call.params,
        attributes: attributes_out(&call.attributes),
    }
}

pub(crate) fn section_facts(section: SectionFacts) -> narrative::SectionFacts {
    narrative::SectionFacts {
        section: section.section,
        title: section.title,
        facts: section.facts.into_iter().map(fact).collect(),
    }
}

fn fact(fact: Fact) -> wit::Fact {
    let value = match fact.value {
        FactValue::Integer(value) => wit::FactValue::Integer(value),
        FactValue::Number(value) => wit::FactValue::Number(value),
        FactValue::Percent(value) => wit::FactValue::Percent(value),
        FactValue::Date(day) => wit::FactValue::Date(epoch_days(day)),
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

fn attributes_out(attributes: &[Attribute]) -> Vec<wit::Attribute> {
    attributes
        .iter()
        .map(|attribute| wit::Attribute {
            name: attribute.name.clone(),
            value: attribute.value.clone(),
        })
        .collect()
}
