//! One trace from a request to its sections, across processes: what was accepted under it is kept with the report, and
//! each attempt hangs from there. Where nobody collects spans, the ids are made all the same, for the log.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use quire_model::TraceParent;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use ulid::Ulid;

tokio::task_local! {
    static HERE: TraceParent;
}

/// Do something as a step of a trace: what is accepted meanwhile belongs to it.
pub async fn within<F: Future>(trace: TraceParent, work: F) -> F::Output {
    HERE.scope(trace, work).await
}

/// The step that this is done in.
#[must_use]
pub fn here() -> Option<TraceParent> {
    HERE.try_with(|trace| *trace).ok()
}

/// Begin a step of a trace: the caller's, if it named one, else a new one. Gives what further steps hang from.
#[must_use]
pub fn begin(span: &Span, caller: Option<TraceParent>) -> TraceParent {
    if let Some(parent) = caller {
        under(span, parent);
    }
    let context = span.context();
    let here = context.span().span_context().clone();
    if here.is_valid() {
        return TraceParent {
            trace: here.trace_id().to_bytes(),
            span: here.span_id().to_bytes(),
            sampled: here.is_sampled(),
        };
    }
    let [.., a, b, c, d, e, f, g, h] = Ulid::generate().to_bytes();
    TraceParent {
        trace: caller.map_or_else(|| Ulid::generate().to_bytes(), |caller| caller.trace),
        // The random half; all zero once in 2^64.
        span: [a, b, c, d, e, f, g, h],
        sampled: caller.is_some_and(|caller| caller.sampled),
    }
}

/// Hang a step from another that may be another process'.
pub(crate) fn under(span: &Span, parent: TraceParent) {
    let flags = match parent.sampled {
        true => TraceFlags::SAMPLED,
        false => TraceFlags::default(),
    };
    let context = SpanContext::new(
        TraceId::from_bytes(parent.trace),
        SpanId::from_bytes(parent.span),
        flags,
        true,
        TraceState::default(),
    );
    // Refused where nobody collects spans, and that is fine.
    let _ = span.set_parent(Context::new().with_remote_span_context(context));
}
