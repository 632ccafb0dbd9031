//! What can be done about a report that failed, for a person at a page.

use quire_model::ProblemKind;

const MODULE_FAULT: &str = "It is a fault of the module, not of the request: an administrator can go back to the version \
    before it; its author has to mend it.";

/// None where only programs meet the kind: the API's words, which stand for all others, name members and headers of
/// its answers in backticks.
pub(crate) fn remedy(kind: ProblemKind) -> Option<&'static str> {
    let words = match kind {
        ProblemKind::UnknownNdc => {
            "The hyphens tell where the segments of a code end: write them if you can, and keep leading zeros."
        }
        ProblemKind::HostFault => {
            "The server recovers by itself once it has what it lacked; ask again then. Reports that were accepted \
             before are not affected."
        }
        ProblemKind::SourceBudget => {
            "Ask again later: openFDA answers so many requests in a minute and in a day. Administrators: set QUIRE_OPENFDA_KEY, a free key from \
             https://open.fda.gov/apis/authentication/ allows 120,000 requests a day."
        }
        ProblemKind::ModuleMissing => {
            "An administrator has to install and activate the module; then ask again."
        }
        ProblemKind::ModuleFailed
        | ProblemKind::ModuleCrashed
        | ProblemKind::ModuleExited
        | ProblemKind::ModuleForbidden
        | ProblemKind::ModuleCpuTime
        | ProblemKind::ModuleWallTime
        | ProblemKind::ModuleMemory
        | ProblemKind::ModuleHandles
        | ProblemKind::ModuleOutput
        | ProblemKind::ModuleOutputBytes
        | ProblemKind::ModuleBlocks
        | ProblemKind::ModuleRows => MODULE_FAULT,
        ProblemKind::Internal => {
            "Tell the administrator the task's id; the server's log has the cause."
        }
        other => other.remedy(),
    };
    Some(words).filter(|words| !words.contains('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_of_a_failed_report_reads_no_name_of_a_member() {
        for kind in ProblemKind::ALL {
            assert!(!remedy(*kind).unwrap_or_default().contains('`'), "{kind:?}");
        }
        // What reports end with stands together in the table, but for the codes.
        let place = |kind| {
            ProblemKind::ALL
                .iter()
                .position(|one| *one == kind)
                .unwrap()
        };
        let ends = place(ProblemKind::HostFault)..=place(ProblemKind::Internal);
        let codes = [ProblemKind::InvalidNdc, ProblemKind::UnknownNdc];
        for kind in ProblemKind::ALL[ends].iter().chain(&codes) {
            assert!(remedy(*kind).is_some(), "{kind:?}");
        }
    }
}
