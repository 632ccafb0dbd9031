//! What each number at `/metrics` means.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// What only grows.
const COUNTERS: [(&str, &str); 26] = [
    (
        "faers_backgrounds_total",
        "Comparisons that reports asked for, by how the cache served them",
    ),
    (
        "faers_cache_total",
        "Case series that reports asked for, by how the cache served them",
    ),
    (
        "faers_labels_total",
        "Labels that reports asked for, by how the cache served them",
    ),
    (
        "faers_requests_total",
        "Requests to openFDA, by what came of them",
    ),
    (
        "quire_answers_shared_total",
        "Reports that were given the document of an equal one, at their acceptance, their claim, or where a schedule found nothing changed",
    ),
    (
        "quire_host_faults_total",
        "Times that this machine could not do what reports need, by what it lacked",
    ),
    (
        "quire_http_requests_total",
        "Requests answered, by method, route and status",
    ),
    (
        "quire_lost_tickets_total",
        "Tickets that the queue had lost and that were made up for",
    ),
    (
        "quire_module_calls_total",
        "Calls of components, by digest and by what came of them",
    ),
    (
        "quire_module_log_lines_dropped_total",
        "Lines that components wrote beyond their limit, by digest",
    ),
    (
        "quire_module_refusals_total",
        "Components refused, by the check that refused them",
    ),
    (
        "quire_module_rollbacks_total",
        "Versions that Quire rolled back by itself, by module",
    ),
    (
        "quire_module_swaps_total",
        "Times that this process took over other versions",
    ),
    (
        "quire_overdue_tickets_total",
        "Tickets pushed again because their reports were overdue",
    ),
    (
        "quire_poison_tickets_total",
        "Entries of the queue that were no tickets",
    ),
    (
        "quire_removed_total",
        "What retention removed in this process, by the rule",
    ),
    (
        "quire_report_attempts_total",
        "Attempts at reports, by what came of them",
    ),
    (
        "quire_section_failures_total",
        "Sections that could not be made, by section and problem",
    ),
    (
        "quire_schedule_ticks_total",
        "Ticks of schedules, by what they came to: a report, nothing, or put off",
    ),
    (
        "quire_shadow_runs_skipped_total",
        "Shadow runs left out because too many waited",
    ),
    (
        "quire_shadow_runs_total",
        "Shadow runs, by whether they were clean",
    ),
    (
        "quire_sign_ins_refused_total",
        "Requests without a valid key",
    ),
    (
        "quire_callers_refused_total",
        "Requests of valid keys beyond a bound, by the bound",
    ),
    (
        "quire_webhook_deliveries_total",
        "Attempts to tell a webhook of something, by what came of them",
    ),
    (
        "quire_worker_restarts_total",
        "Times that a worker of this process ended early and was started again",
    ),
    (
        "quire_write_failures_total",
        "Writes of the records that failed by the machine's fault",
    ),
];

/// What goes up and down. Those of reports and workers are read from what all processes share: take their
/// maximum over processes, not their sum.
const GAUGES: [(&str, &str); 16] = [
    (
        "process_cpu_seconds_total",
        "CPU time that this process has used, in seconds",
    ),
    ("process_open_fds", "Descriptors that this process has open"),
    (
        "process_resident_memory_bytes",
        "Memory that this process holds, in bytes",
    ),
    (
        "process_start_time_seconds",
        "When this process began, in seconds since 1970-01-01 UTC",
    ),
    (
        "quire_admission_closed",
        "1 while this process accepts and begins no reports for want of something",
    ),
    (
        "quire_audit_trail_altered",
        "1 if the audit trail is not as it was written, looked at each hour",
    ),
    ("quire_build_info", "1, labelled with the version of Quire"),
    (
        "quire_data_bytes",
        "Room that the data directory takes, by kind, looked at each minute",
    ),
    (
        "quire_oldest_waiting_seconds",
        "How long the oldest waiting report has waited for its first attempt",
    ),
    (
        "quire_registry_change",
        "The change of modules and definitions that this process has taken over",
    ),
    ("quire_reports_running", "Reports that are being made"),
    ("quire_reports_waiting", "Reports that wait for a worker"),
    (
        "quire_since_last_finish_seconds",
        "How long ago the last report came to an end; absent before the first",
    ),
    (
        "quire_storage_free_bytes",
        "Room on the file system of the data directory, in bytes",
    ),
    (
        "quire_webhook_oldest_waiting_seconds",
        "How long the oldest event that a webhook is still to be told of has waited; 0 if there is none",
    ),
    (
        "quire_workers_living",
        "Workers that gave a sign of life within 15 seconds",
    ),
];

/// What is counted by size.
const HISTOGRAMS: [(&str, &str); 6] = [
    (
        "quire_http_request_seconds",
        "How long answers took, by method, route and status",
    ),
    (
        "quire_module_cpu_overrun_seconds",
        "How far calls went beyond their CPU time before they were stopped",
    ),
    (
        "quire_module_cpu_seconds",
        "CPU time of a component's call, by digest",
    ),
    (
        "quire_module_load_seconds",
        "How long loading a component took",
    ),
    (
        "quire_registry_take_over_seconds",
        "How long taking over other versions took",
    ),
    (
        "quire_report_attempt_seconds",
        "How long attempts at reports took, by what came of them",
    ),
];

/// Say it all, once there is a recorder.
pub(super) fn describe() {
    for (name, help) in COUNTERS {
        describe_counter!(name, help);
    }
    for (name, help) in GAUGES {
        describe_gauge!(name, help);
    }
    for (name, help) in HISTOGRAMS {
        describe_histogram!(name, help);
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Names in the sources below a directory that look like a metric's.
    fn measured(directory: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                measured(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for kind in ["counter!(", "gauge!(", "histogram!("] {
                    let calls = text.split(kind).skip(1);
                    let names = calls.filter_map(|call| call.trim_start().strip_prefix('"'));
                    let is_name = |name: &str| {
                        name.bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                    };
                    let names = names.filter_map(|call| Some(call.split_once('"')?.0));
                    found.extend(names.filter(|name| is_name(name)).map(str::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_number_has_a_meaning_and_no_meaning_lacks_a_number() {
        let host = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(host).unwrap() {
            let sources = entry.unwrap().path().join("src");
            if sources.is_dir() {
                measured(&sources, &mut found);
            }
        }

        let described = COUNTERS.iter().chain(&GAUGES).chain(&HISTOGRAMS);
        let described: BTreeSet<String> = described.map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, described);
    }
}
