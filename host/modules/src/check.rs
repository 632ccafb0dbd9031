//! Holds what a module returned to the contract of `wit/types.wit`. What passes can be drawn
//! without asking again; what does not is refused with the block and the rule, in words for the
//! module's author.

mod block;
mod chart;
mod fact;
mod image;
mod manifest;
mod table;
mod tally;
mod text;

use quire_contract::bounds::FACTS;
use quire_model::{Block, Fact, Heading};

use crate::{
    Limits, Manifest, RunError,
    bindings::types as wit,
    convert::{block::block as convert_block, fact::fact_in},
};
pub(crate) use manifest::manifest;
use tally::Tally;

/// Why something is not allowed: a limit of size, or a rule of the contract in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    TooLarge { limit_bytes: usize },
    Blocks { blocks: usize, limit: usize },
    Rows { limit: usize },
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

impl From<Fault> for RunError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLarge { limit_bytes } => Self::OutputTooLarge { limit_bytes },
            Fault::Blocks { blocks, limit } => Self::TooManyBlocks { blocks, limit },
            Fault::Rows { limit } => Self::TooManyRows { limit },
            Fault::Rule(rule) => Self::OutputInvalid { rule },
        }
    }
}

/// What passed, and how much of it there is.
pub(crate) struct Passed {
    pub(crate) blocks: Vec<Block>,
    pub(crate) facts: Vec<Fact>,
    /// As `output_bytes` counts them.
    pub(crate) bytes: usize,
}

/// Convert and check a section's output. The result begins with a heading of level 1: the
/// module's own, or its title.
///
/// # Errors
///
/// [`RunError::OutputInvalid`], or the limit that was broken.
pub(crate) fn output(
    output: wit::Output,
    limits: &Limits,
    manifest: &Manifest,
) -> Result<Passed, RunError> {
    let mut tally = Tally::new(limits.output_bytes, limits.rows);
    let mut blocks = blocks(output.blocks, limits.blocks, &mut tally)?;
    let facts = facts(output.facts, &mut tally)?;
    if !matches!(blocks.first(), Some(Block::Heading(heading)) if heading.level == 1) {
        blocks.insert(0, title(manifest));
    }
    Ok(Passed {
        blocks,
        facts,
        bytes: tally.used_bytes(),
    })
}

fn blocks(blocks: Vec<wit::Block>, limit: usize, tally: &mut Tally) -> Result<Vec<Block>, Fault> {
    if blocks.len() > limit {
        let blocks = blocks.len();
        return Err(Fault::Blocks { blocks, limit });
    }
    let mut checked = Vec::with_capacity(blocks.len() + 1);
    for (index, block) in blocks.into_iter().enumerate() {
        let mut block = convert_block(block)
            .map_err(Fault::from)
            .map_err(|fault| fault.at(|| format!("block {index}")))?;
        block::check(&mut block, tally).map_err(|fault| fault.at(|| format!("block {index}")))?;
        checked.push(block);
    }
    Ok(checked)
}

/// After the blocks, whose tables and charts facts name.
fn facts(facts: Vec<wit::Fact>, tally: &mut Tally) -> Result<Vec<Fact>, Fault> {
    at_most(facts.len(), FACTS, "facts")?;
    let mut checked = Vec::with_capacity(facts.len());
    for (index, fact) in facts.into_iter().enumerate() {
        let fact = fact_in(fact)
            .map_err(Fault::from)
            .and_then(|fact| fact::check(&fact, tally).map(|()| fact))
            .map_err(|fault| fault.at(|| format!("fact {index}")))?;
        checked.push(fact);
    }
    Ok(checked)
}

fn title(manifest: &Manifest) -> Block {
    Block::Heading(Heading {
        level: 1,
        text: manifest.title.clone(),
        anchor: None,
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
