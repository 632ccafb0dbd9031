//! Holds what a module returned to the contract of `wit/types.wit`. What passes can be drawn without
//! asking again; what does not is refused with the block and the rule, in words for the module's author.
//!
//! A host asks for every answer of a module, and the SDK's tests ask before a host does: by this one
//! implementation, so that what passes there passes here. No I/O, no clock, nothing of WebAssembly.

mod block;
mod chart;
mod fact;
mod image;
mod manifest;
mod table;
mod tally;
mod text;

use quire_contract::bounds::{BLOCKS, FACTS, OUTPUT_BYTES, ROWS};
use quire_model::{Block, Fact};

pub use manifest::{Manifest, manifest};
use tally::Tally;

/// How much a section may return: at most what the contract allows, which is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Blocks.
    pub blocks: usize,
    /// Table rows, summed over all tables.
    pub rows: usize,
    /// Text and numbers, in bytes.
    pub output_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            blocks: BLOCKS,
            rows: ROWS,
            output_bytes: OUTPUT_BYTES,
        }
    }
}

/// Why something is not allowed: a limit of size, or a rule of the contract in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More text and numbers than there may be.
    #[error("the module returned more than {limit_bytes} bytes")]
    TooLarge {
        /// How much it may return.
        limit_bytes: usize,
    },
    /// More blocks than there may be.
    #[error("the module returned {blocks} blocks; at most {limit} are allowed")]
    Blocks {
        /// How many it returned.
        blocks: usize,
        /// How many it may return.
        limit: usize,
    },
    /// More table rows than there may be.
    #[error("the module returned more than {limit} table rows")]
    Rows {
        /// How many it may return.
        limit: usize,
    },
    /// A rule was broken.
    #[error("the module returned something that is not allowed: {0}")]
    Rule(String),
}

impl Fault {
    /// The same fault, with the place in front.
    fn at(self, place: impl FnOnce() -> String) -> Self {
        match self {
            Self::Rule(rule) => Self::Rule(format!("{}: {rule}", place())),
            Self::TooLarge { .. } | Self::Blocks { .. } | Self::Rows { .. } => self,
        }
    }
}

impl From<String> for Fault {
    fn from(rule: String) -> Self {
        Self::Rule(rule)
    }
}

impl From<&str> for Fault {
    fn from(rule: &str) -> Self {
        Self::Rule(rule.to_owned())
    }
}

/// What passed, and how much of it there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// Values that are missing are set to zero, so that no reader meets a NaN.
    pub blocks: Vec<Block>,
    /// The facts, as they were given.
    pub facts: Vec<Fact>,
    /// As [`Bounds::output_bytes`] counts them.
    pub bytes: usize,
}

/// Check what a section returned, block by block and fact by fact, as they are converted.
///
/// # Errors
///
/// The rule or the limit that was broken first.
pub fn output(
    blocks: impl ExactSizeIterator<Item = Result<Block, String>>,
    facts: impl ExactSizeIterator<Item = Result<Fact, String>>,
    bounds: Bounds,
) -> Result<Passed, Fault> {
    let mut tally = Tally::new(bounds.output_bytes, bounds.rows);
    if blocks.len() > bounds.blocks {
        return Err(Fault::Blocks {
            blocks: blocks.len(),
            limit: bounds.blocks,
        });
    }
    // Room for a title, where a section has none of its own.
    let mut checked_blocks = Vec::with_capacity(blocks.len() + 1);
    for (index, block) in blocks.enumerate() {
        let check = || {
            let mut block = block?;
            block::check(&mut block, &mut tally).map(|()| block)
        };
        let block = check().map_err(|fault: Fault| fault.at(|| format!("block {index}")))?;
        checked_blocks.push(block);
    }
    // After the blocks, whose tables and charts facts name.
    at_most(facts.len(), FACTS, "facts")?;
    let mut checked_facts = Vec::with_capacity(facts.len());
    for (index, fact) in facts.enumerate() {
        let check = || {
            let fact = fact?;
            fact::check(&fact, &mut tally).map(|()| fact)
        };
        let fact = check().map_err(|fault: Fault| fault.at(|| format!("fact {index}")))?;
        checked_facts.push(fact);
    }
    Ok(Passed {
        blocks: checked_blocks,
        facts: checked_facts,
        bytes: tally.used_bytes(),
    })
}

/// A cap on a number of things.
fn at_most(count: usize, limit: usize, things: &str) -> Result<(), Fault> {
    if count > limit {
        return Err(format!("{count} {things}; at most {limit} are allowed").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
