//! What a call counts, read back by tests. Recorders of a thread see only what that thread does.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// Counters by name and label, such as `quire_module_calls_total outcome=ok`.
#[derive(Clone, Default)]
pub(crate) struct Counters(Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>);

impl Counters {
    /// The sum of all counters with this name and this label.
    pub(crate) fn sum(&self, name: &str, label: (&str, &str)) -> u64 {
        let (key, value) = label;
        let label = format!(" {key}={value} ");
        let counters = self.0.lock().unwrap();
        counters
            .iter()
            .filter(|(found, _)| found.starts_with(&format!("{name} ")) && found.contains(&label))
            .map(|(_, count)| count.load(Relaxed))
            .sum()
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: String = key
            .labels()
            .map(|label| format!(" {}={} ", label.key(), label.value()))
            .collect();
        let mut counters = self.0.lock().unwrap();
        let count = counters.entry(format!("{} {labels}", key.name()));
        Counter::from_arc(Arc::clone(count.or_default()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
