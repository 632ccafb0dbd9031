//! A section that is in the document: as its module made it, or a box that stands in for it.

use std::{sync::Arc, time::Duration};

use quire_model::{
    Block, Digest, Failure, ModuleRef, Policy, Problem, ProblemKind, Section, SectionFacts,
    SectionSpec, SectionUsage, millis,
};
use quire_modules::Output;

use crate::placeholder::stand_in;

/// Stands for a version that nobody has.
pub(crate) const NOT_INSTALLED: &str = "not installed";

/// A section that is in the document, one way or another.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) section: Section,
    /// Its title, as printed.
    pub(crate) title: String,
    /// Whether a box stands in for it.
    pub(crate) placeholder: bool,
    pub(crate) took: Duration,
    /// What its module used; zero where it did not run to its end.
    pub(crate) usage: SectionUsage,
}

/// What all sections established, in printed order.
pub(crate) fn facts_of(made: &[Made]) -> Arc<[SectionFacts]> {
    made.iter()
        .filter(|made| !made.placeholder)
        .map(|made| SectionFacts {
            section: made.section.name.clone(),
            title: made.title.clone(),
            facts: made.section.facts.clone(),
        })
        .collect()
}

/// A section as its module made it.
pub(crate) fn accept(
    spec: SectionSpec,
    module: ModuleRef,
    manifest_title: String,
    output: Output,
    took: Duration,
) -> Made {
    let printed = output.blocks.iter().find_map(|block| match block {
        Block::Heading(heading) if heading.level == 1 => Some(heading.text.clone()),
        _ => None,
    });
    Made {
        usage: usage(&spec.name, &output),
        section: Section {
            name: spec.name,
            module,
            blocks: output.blocks,
            facts: output.facts,
        },
        title: printed.unwrap_or(manifest_title),
        placeholder: false,
        took,
    }
}

/// What a module used of its limits.
fn usage(section: &str, output: &Output) -> SectionUsage {
    SectionUsage {
        section: section.to_owned(),
        cpu_ms: millis(output.cpu),
        wall_ms: millis(output.wall),
        memory_bytes: output.memory_bytes as u64,
        output_bytes: output.output_bytes as u64,
        log_bytes: output.log_bytes as u64,
    }
}

/// A section of which only a heading and a box are printed.
pub(crate) fn boxed(
    spec: SectionSpec,
    module: ModuleRef,
    title: String,
    blocks: Vec<Block>,
    took: Duration,
    placeholder: bool,
) -> Made {
    Made {
        usage: SectionUsage {
            section: spec.name.clone(),
            wall_ms: millis(took),
            ..SectionUsage::default()
        },
        section: Section {
            name: spec.name,
            module,
            blocks,
            facts: Vec::new(),
        },
        title,
        placeholder,
        took,
    }
}

/// A failed section follows its policy.
pub(crate) fn failed(
    spec: &SectionSpec,
    module: ModuleRef,
    title: String,
    problem: Problem,
    retryable: bool,
    took: Duration,
) -> Result<Made, Failure> {
    tracing::warn!(
        section = spec.name,
        module.digest = %module.digest,
        problem = problem.kind.slug(),
        "section {} failed: {}",
        spec.name,
        problem.kind.slug()
    );
    metrics::counter!("quire_section_failures_total",
        "section" => spec.name.clone(), "problem" => problem.kind.slug())
    .increment(1);
    match spec.policy {
        Policy::Required => Err(Failure {
            problem,
            retryable,
            fault: None,
        }),
        Policy::Placeholder => {
            let blocks = stand_in(&title, &spec.name, &module, &problem);
            Ok(boxed(spec.clone(), module, title, blocks, took, true))
        }
    }
}

/// A section whose module is not to be had.
pub(crate) fn missing(
    spec: &SectionSpec,
    digest: Option<Digest>,
    detail: &str,
) -> Result<Made, Failure> {
    let mut problem = Problem::new(ProblemKind::ModuleMissing, detail);
    problem.section = Some(spec.name.clone());
    problem.component_digest = digest.map(|digest| digest.to_string());
    let nobody = ModuleRef {
        name: spec.module.clone(),
        version: NOT_INSTALLED.to_owned(),
        digest: digest.unwrap_or_else(|| Digest::of(b"")),
    };
    failed(
        spec,
        nobody,
        titled(&spec.name),
        problem,
        false,
        Duration::ZERO,
    )
}

/// A title for a section that nobody can name: `reaction-table` becomes `Reaction table`.
fn titled(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
