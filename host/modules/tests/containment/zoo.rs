//! Every hostile guest at once: each is contained, named and counted, and a well-behaved call that
//! runs beside it, on the same thread, gives what it always gives.

use std::time::Duration;

use quire_modules::{Limits, LoadError, Output, RunError};

use crate::support::{Counters, Hostile, LIMITS, describing, grafted, host};

/// Room for what is giant, time to take it, and a bound on rows, of which the contract has none.
const ROOMY: Limits = Limits {
    cpu: Duration::from_secs(3),
    memory_bytes: 128 << 20,
    rows: 200_000,
    ..LIMITS
};

/// A sin, and the word by which its end is counted.
const ZOO: [(&str, &str); 30] = [
    ("loop", "cpu-exceeded"),
    ("host-loop", "cpu-exceeded"),
    // Sleeping on host calls, again and again: no time passes, but computing does.
    ("nap-loop", "cpu-exceeded"),
    ("sleep", "ok"),
    ("memory", "memory-exceeded"),
    ("memory-politely", "failed"),
    ("stack", "crashed"),
    ("panic", "crashed"),
    ("exit:0", "exited"),
    // What is giant is refused before it is copied.
    ("string:20000000", "output-invalid"),
    ("string:50000000", "output-too-large"),
    ("numbers:5000000", "output-too-large"),
    ("alias:1000", "output-too-large"),
    ("lie:268435456", "crashed"),
    ("blocks:300000", "output-too-large"),
    ("blocks:5001", "blocks-exceeded"),
    ("rows:150000", "rows-exceeded"),
    ("nan", "output-invalid"),
    ("infinity", "output-invalid"),
    ("ragged", "output-invalid"),
    ("control", "output-invalid"),
    ("bad-text", "crashed"),
    ("log:10000", "ok"),
    ("print:1000000", "ok"),
    ("hoard-series:5000", "series-exceeded"),
    // Handles that are not dropped end with the call.
    ("hoard-series:60", "ok"),
    ("wall-clock", "ok"),
    ("random", "ok"),
    ("file", "ok"),
    ("net", "forbidden"),
];

fn with_counters<T>(work: impl Future<Output = T>) -> (T, Counters) {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let done = metrics::with_local_recorder(&counters, || runtime.block_on(work));
    (done, counters)
}

fn content(output: &Output) -> String {
    format!("{:?} {:?}", output.blocks, output.facts)
}

#[test]
fn every_hostile_guest_is_contained_named_and_counted_and_harms_nobody() {
    let hostile = Hostile::with(ROOMY, 4);
    let (alone, _) = with_counters(hostile.commit(""));
    let alone = content(&alone.unwrap());

    for (sin, outcome) in ZOO {
        let ((sinner, bystander), counters) =
            with_counters(async { tokio::join!(hostile.commit(sin), hostile.commit("")) });

        let said = sinner.as_ref().map_or_else(RunError::outcome, |_| "ok");
        assert_eq!(said, outcome, "{sin}: {sinner:?}");
        assert_eq!(content(&bystander.unwrap()), alone, "{sin} harmed another");
        let counted = counters.sum("quire_module_calls_total", ("outcome", outcome));
        assert_eq!(counted, if outcome == "ok" { 2 } else { 1 }, "{sin}");
    }
}

#[test]
fn each_breach_of_a_limit_has_a_problem_of_its_own() {
    let hostile = Hostile::with(ROOMY, 1);
    let sins = [
        "loop",
        "memory",
        "string:50000000",
        "blocks:5001",
        "rows:150000",
        "hoard-series:5000",
    ];

    let mut kinds: Vec<&str> = sins
        .iter()
        .map(|sin| {
            with_counters(hostile.commit(sin))
                .0
                .unwrap_err()
                .kind()
                .slug()
        })
        .collect();

    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), sins.len(), "{kinds:?}");
}

/// What a guest does when it is asked what it is, or before that, when it is instantiated.
#[test]
fn sins_at_the_start_are_contained_named_and_counted() {
    let loops = "(module (func $f (loop $a (br $a))) (start $f))";
    let tables = "(module (table 0 funcref)
        (func $grow (loop $again
            (if (i32.eq (table.grow 0 (ref.null func) (i32.const 1000)) (i32.const -1))
                (then unreachable))
            (br $again)))
        (start $grow))";
    let trap = "(module (func $f unreachable) (start $f))";
    let guests = [
        (describing("panic"), "crashed", "I do not know who I am"),
        (describing("loop"), "cpu-exceeded", "500 ms of CPU time"),
        (describing("memory"), "memory-exceeded", "64 MiB"),
        (describing("exit"), "exited", "status"),
        (describing("data"), "crashed", "before there was data"),
        (
            grafted("hostile", loops),
            "cpu-exceeded",
            "500 ms of CPU time",
        ),
        (
            grafted("hostile", tables),
            "table-exceeded",
            "100000 elements",
        ),
        (grafted("hostile", trap), "crashed", "unreachable"),
    ];
    let bystander = Hostile::new();

    for (wasm, outcome, words) in guests {
        let (error, counters) = with_counters(async {
            let error = host(LIMITS, 1).load(&wasm).unwrap_err();
            bystander.commit("").await.unwrap();
            error
        });

        assert!(error.to_string().contains(words), "{error}");
        let LoadError::Trial(trial) = error else {
            panic!("{outcome}: {error}")
        };
        assert_eq!(trial.outcome(), outcome);
        let refused = counters.sum("quire_module_refusals_total", ("refusal", "trial"));
        assert_eq!(refused, 1);
    }
}

#[test]
fn a_log_flood_is_kept_to_its_limit_and_the_rest_is_counted() {
    let hostile = Hostile::new();

    let (output, counters) = with_counters(hostile.commit("log:10000"));

    let output = output.unwrap();
    assert!(output.log_bytes <= LIMITS.log_bytes);
    assert_eq!(output.log_bytes + output.log_dropped_bytes, 10_000_000);
    let digest = hostile.module.digest.short();
    let dropped = counters.sum("quire_module_log_lines_dropped_total", ("digest", &digest));
    assert_eq!(dropped, 10_000 - output.log_bytes as u64 / 1000);
}
