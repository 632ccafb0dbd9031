//! What is measured when somebody asks: how the line of reports, the workers, the disk and the process stand.

use metrics::{counter, gauge};

use quire_jobs::Queue;
use quire_records::Records;

/// Measure.
pub(crate) async fn measure(records: &Records, queue: &Queue) {
    if let Ok(waiting) = records.waiting().await {
        gauge!("quire_reports_waiting").set(waiting as f64);
    }
    if let Ok(line) = records.line().await {
        gauge!("quire_reports_running").set(line.running as f64);
        gauge!("quire_oldest_waiting_seconds").set(line.oldest_waiting.as_secs_f64());
        if let Some(since) = line.since_last_finish {
            gauge!("quire_since_last_finish_seconds").set(since.as_secs_f64());
        }
    }
    if let Ok(oldest) = records.oldest_undelivered().await {
        let waited = oldest.unwrap_or_default();
        gauge!("quire_webhook_oldest_waiting_seconds").set(waited.as_secs_f64());
    }
    if let Some(living) = queue.living_workers().await {
        gauge!("quire_workers_living").set(living as f64);
    }
    let closed = queue.admission().pass().is_err();
    gauge!("quire_admission_closed").set(f64::from(u8::from(closed)));
    let storage = queue.admission().storage();
    if let Some(free) = storage.free_bytes {
        gauge!("quire_storage_free_bytes").set(free as f64);
    }
    counter!("quire_write_failures_total").absolute(storage.failures);
    gauge!("quire_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    process();
}

/// This process, as the collectors of Prometheus call it. Where the system does not say, nothing is told.
fn process() {
    if let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(descriptors.count() as f64);
    }
    let Some(usage) = Usage::read() else { return };
    gauge!("process_resident_memory_bytes").set(usage.resident_bytes);
    gauge!("process_cpu_seconds_total").set(usage.cpu_s);
    gauge!("process_start_time_seconds").set(usage.started_s);
}

struct Usage {
    resident_bytes: f64,
    cpu_s: f64,
    started_s: f64,
}

/// Linux counts in hundredths of a second and in pages of 4 KiB wherever Quire is built for.
const TICKS_A_SECOND: f64 = 100.0;
const PAGE_BYTES: f64 = 4096.0;

impl Usage {
    /// Out of `/proc/self/stat`; fields are numbered as proc(5) does.
    fn read() -> Option<Self> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        // The name stands in brackets and may hold anything.
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        let system = std::fs::read_to_string("/proc/stat").ok()?;
        let booted = system
            .lines()
            .find_map(|line| line.strip_prefix("btime "))?;
        Some(Self {
            cpu_s: (field(14)? + field(15)?) / TICKS_A_SECOND,
            started_s: booted.trim().parse::<f64>().ok()? + field(22)? / TICKS_A_SECOND,
            resident_bytes: field(24)? * PAGE_BYTES,
        })
    }
}
