//! What a version on trial costs beside the version before it: both run once more on the same report,
//! one after the other, so that neither has a busier machine or a larger drug than the other.

use quire_model::Digest;
use quire_modules::Output;
use quire_records::{Comparison, Cost};

use crate::{bystander::Bystander, journal::TrialInput, tallying::carry_out};

/// Run both, and count what they cost. Where either has no section nothing is compared.
pub(crate) async fn measure(bystander: Bystander<'_>, input: &TrialInput, before: Digest) {
    let judged = input.run.digest;
    let (Some(Ok(usual)), Some(Ok(new))) = (
        bystander.run(input, before).await,
        bystander.run(input, judged).await,
    ) else {
        return;
    };
    let comparison = Comparison {
        judged,
        before,
        cost: cost(&new),
        cost_before: cost(&usual),
    };
    let module = &input.run.module;
    let compared = bystander.records.compare_costs(module, comparison).await;
    carry_out(module, compared);
}

/// What a call took, the wait for a free slot left out.
fn cost(output: &Output) -> Cost {
    Cost {
        cpu: output.cpu,
        wall: output.wall,
        memory_bytes: output.memory_bytes as u64,
    }
}
