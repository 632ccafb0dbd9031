//! A small `drug/ndc`: derived from the `openfda` blocks of the records, plus a few by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Records;

/// Real products of which the sample has no report, written by hand from their labels: so that
/// "a valid code without reports" can be shown.
const BY_HAND: [(&str, &str, &str); 2] = [
    ("0003-0894", "Eliquis", "Apixaban"),
    ("0002-8215", "Humulin R", "Insulin human"),
];

/// The products that the replay knows.
#[derive(Debug)]
pub(crate) struct Directory(Records);

impl Directory {
    /// Every product code that a record carries, with the first names that stand beside it.
    pub(crate) fn of(records: &Records) -> Self {
        let mut products: BTreeMap<String, Value> = BTreeMap::new();
        for (code, brand, generic) in BY_HAND {
            products.insert(code.to_owned(), product(code, brand, generic));
        }
        for record in records.values() {
            let drugs = record.pointer("/patient/drug").and_then(Value::as_array);
            for block in drugs
                .into_iter()
                .flatten()
                .filter_map(|drug| drug.get("openfda"))
            {
                let brand = first(block, "brand_name");
                let generic = first(block, "generic_name");
                let codes = block.get("product_ndc").and_then(Value::as_array);
                for code in codes.into_iter().flatten().filter_map(Value::as_str) {
                    let entry = products.entry(code.to_owned());
                    entry.or_insert_with(|| product(code, brand, generic));
                }
            }
        }
        Self(products.into_values().collect())
    }

    pub(crate) fn records(&self) -> &Records {
        &self.0
    }
}

fn first<'a>(block: &'a Value, member: &str) -> &'a str {
    let found = block.get(member).and_then(|names| names.get(0));
    found.and_then(Value::as_str).unwrap_or_default()
}

fn product(code: &str, brand: &str, generic: &str) -> Value {
    json!({"product_ndc": code, "brand_name": brand, "generic_name": generic, "finished": true})
}
