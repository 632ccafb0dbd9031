//! What is left of a request's body when its answer is there already. It is read to its end, for a bounded time: a
//! caller who is still sending when the connection closes hears of a broken connection, and not of the refusal.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    Request,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    header::EXPECT,
};

/// How long is read on; who sends for longer hears nothing.
const READ_ON: Duration = Duration::from_secs(10);

/// The body on its way to whoever answers.
pub(super) struct Arriving(Arc<Shared>);

/// The same body for afterwards.
pub(super) struct Leftover {
    shared: Arc<Shared>,
    /// The caller sends it only once somebody reads it.
    is_held_back: bool,
}

struct Shared {
    body: Mutex<Incoming>,
    is_read: AtomicBool,
}

/// A request that can be answered, and what to read on.
pub(super) fn split(request: Request<Incoming>) -> (Request<Arriving>, Leftover) {
    let is_held_back = request.headers().contains_key(EXPECT);
    let (head, body) = request.into_parts();
    let shared = Arc::new(Shared {
        body: Mutex::new(body),
        is_read: AtomicBool::new(false),
    });
    let leftover = Leftover {
        shared: Arc::clone(&shared),
        is_held_back,
    };
    (Request::from_parts(head, Arriving(shared)), leftover)
}

impl Leftover {
    /// Read on to the end.
    pub(super) async fn read_on(self) {
        let is_coming = !self.is_held_back || self.shared.is_read.load(Ordering::Relaxed);
        if is_coming && !self.shared.is_at_end() {
            let ended = std::future::poll_fn(|context| {
                loop {
                    match self.shared.poll(context) {
                        Poll::Ready(Some(Ok(_))) => {}
                        Poll::Ready(_) => return Poll::Ready(()),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            });
            let _ = tokio::time::timeout(READ_ON, ended).await;
        }
    }
}

impl Shared {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.is_read.store(true, Ordering::Relaxed);
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_at_end(&self) -> bool {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.is_end_stream()
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.0.poll(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_at_end()
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.0.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.size_hint()
    }
}
