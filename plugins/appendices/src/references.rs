//! The literature and the sources behind method and statistics.

use quire_sdk::{Content, REFERENCES};

pub(crate) fn write(content: &mut Content) {
    for reference in &REFERENCES {
        content.ordered(reference.text());
    }
}
