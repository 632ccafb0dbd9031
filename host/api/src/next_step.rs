//! What an administrator does next, as requests: the way out of a refusal, and the way on after an answer.

use quire_model::{Act, Digest, NextStep};
use quire_records::Standing;
use serde::Serialize;

/// Where a version stands on its way into use, with what to do next.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StandingEntry {
    #[serde(flatten)]
    standing: Standing,
    /// What it has shown so far, in words.
    told: String,
    /// What to do next, with the request; absent if there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Standing> for StandingEntry {
    fn from(standing: Standing) -> Self {
        Self {
            told: standing.told(),
            next: standing.next_step().as_ref().map(in_words),
            standing,
        }
    }
}

/// A step as a sentence that names the request.
pub(crate) fn in_words(step: &NextStep) -> String {
    let base = format!("/api/admin/modules/{}", step.module);
    let digest = step.digest.map_or_else(String::new, digest_member);
    let post = |act: &str, more: &str| {
        format!("POST {base}/{act} with If-Match and {{{digest}{more}\"reason\": \"…\"}}")
    };
    match step.act {
        Act::List => "see which modules there are: GET /api/admin/modules".to_owned(),
        Act::Show => {
            format!("see how the module stands, and send its ETag as If-Match: GET {base}")
        }
        Act::Stage => format!("stage it: {}", post("stage", "")),
        Act::Shadow { required_clean } => {
            let more = format!("\"required_clean\": {required_clean}, ");
            format!(
                "run it beside the active version: {}",
                post("shadow", &more)
            )
        }
        Act::MakeReports { runs } => format!(
            "{runs} more shadow runs are needed: each report with this section makes one; see them with \
             GET {base}/differences"
        ),
        Act::Accept { up_to } => {
            let more = format!("\"up_to\": {up_to}, ");
            format!(
                "look at what it does otherwise with GET {base}/differences, and if that is what you want, \
                 accept it: {}",
                post("accept-differences", &more)
            )
        }
        Act::Mend => format!(
            "see how it fails with GET {base}/differences?order=newest, mend the component, and upload it \
             as a new version: POST /api/admin/modules?name={}&reason=…",
            step.module
        ),
        Act::Canary => format!(
            "make a share of the reports with it: {}; or use it for all: POST {base}/activate",
            post("canary", "\"percent\": 10, ")
        ),
        Act::Activate => format!("use it for all reports: {}", post("activate", "")),
        Act::EndTrial => format!("end the trial: {}", post("end-trial", "")),
    }
}

fn digest_member(digest: Digest) -> String {
    format!("\"digest\": \"{digest}\", ")
}
