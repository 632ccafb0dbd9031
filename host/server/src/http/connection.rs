//! One connection: what it is doing, and how long it may do that.

use std::{
    collections::VecDeque,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{Router, body::Body};
use hyper::{
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use quire_api::CallerAddress;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{
    connections::Admitted,
    leftover, unreadable,
    watch::{Phase, Watch},
};

/// Longest head, and so what a caller without a key can make this process hold. Browsers and proxies
/// keep to 16 KiB.
const HEAD_BYTES: usize = 64 * 1024;

/// Serve it to its end.
pub(super) fn serve(
    stream: TcpStream,
    app: Router,
    admitted: Admitted,
    running: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let watch = admitted.watch();
    let caller = stream
        .peer_addr()
        .ok()
        .map(|address| CallerAddress(address.ip()));
    let io = TokioIo::new(Watched {
        stream,
        watch: watch.clone(),
        instead: VecDeque::new(),
    });
    let service = TowerToHyperService::new(app);
    let answering = watch.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answering = Answering::begin(answering.clone());
        let (mut request, leftover) = leftover::split(request);
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        let answer = service.call(request);
        async move {
            let answer = answer.await?;
            leftover.read_on().await;
            Ok::<_, std::convert::Infallible>(answer.map(|body| AnswerBody {
                body,
                _answering: answering,
            }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Ours tells a head from a pause.
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(io, service);
    let connection = running.watch(connection);
    async move {
        tokio::select! {
            ended = in_time(connection, &watch) => match ended {
                Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
                Some(Ok(())) => {}
                None => tracing::debug!("a connection was idle for too long"),
            },
            () = watch.closed.notified() => tracing::debug!("an idle connection made room"),
        }
        drop(admitted);
    }
}

/// What came of the connection; none if it did not go on in time.
async fn in_time<T>(connection: impl Future<Output = T>, watch: &Watch) -> Option<T> {
    let mut connection = pin!(connection);
    let mut alarm = pin!(tokio::time::sleep(watch.bounds.head));
    std::future::poll_fn(|context| {
        if let Poll::Ready(ended) = connection.as_mut().poll(context) {
            return Poll::Ready(Some(ended));
        }
        // What the connection does changes only while it is polled.
        let Some(deadline) = watch.deadline() else {
            return Poll::Pending;
        };
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// A request is being answered as long as this lives.
struct Answering(Arc<Watch>);

impl Answering {
    fn begin(watch: Arc<Watch>) -> Self {
        watch.enter(Phase::Answer);
        Self(watch)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.enter(Phase::Idle);
    }
}

/// An answer's body, which lives until it is handed over.
struct AnswerBody {
    body: Body,
    _answering: Answering,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that tells when bytes pass.
struct Watched {
    stream: TcpStream,
    watch: Arc<Watch>,
    /// What is written in place of something else, before anything further.
    instead: VecDeque<u8>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.watch.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl Watched {
    /// What to write in place of the HTTP layer's own refusal of a head.
    fn refusal(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let is_head = self.watch.at().0 == Phase::Head;
        is_head.then(|| unreadable::in_place_of(bytes)).flatten()
    }

    fn write_instead(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.instead.is_empty() {
            let (bytes, _) = self.instead.as_slices();
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    fn told(&self, written: Poll<std::io::Result<usize>>) -> Poll<std::io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.watch.written();
        }
        written
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        ready!(self.write_instead(context))?;
        if let Some(refusal) = self.refusal(bytes) {
            self.instead = refusal.into();
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.told(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        ready!(self.write_instead(context))?;
        if let [only] = parts
            && let Some(refusal) = self.refusal(only)
        {
            self.instead = refusal.into();
            return Poll::Ready(Ok(only.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.told(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        ready!(self.write_instead(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        ready!(self.write_instead(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        time::Instant,
    };

    use super::*;
    use crate::http::{Bounds, Connections};

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(300);

    /// The caller's end of a connection that is being served.
    async fn connected(head: Duration, idle: Duration) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let caller = TcpStream::connect(listener.local_addr().unwrap());
        let (accepted, caller) = tokio::join!(listener.accept(), caller);
        let (stream, address) = accepted.unwrap();
        let app = Router::new().route("/", get(|| async { "answer" }));
        let connections = Connections::new(Bounds {
            head,
            idle,
            ..Bounds::new(10, 10)
        });
        let admitted = connections.admit(address.ip()).unwrap();
        let running = GracefulShutdown::new();
        let served = serve(stream, app, admitted, &running);
        tokio::spawn(async move {
            served.await;
            // Gone, it would mean that the server stops.
            drop(running);
        });
        caller.unwrap()
    }

    async fn answered(caller: &mut TcpStream) {
        caller.write_all(REQUEST).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"answer") {
            assert_ne!(caller.read_buf(&mut answer).await.unwrap(), 0);
        }
    }

    /// Wait until the server closes; how long that took.
    async fn closed_after(caller: &mut TcpStream) -> Duration {
        let began = Instant::now();
        let mut rest = Vec::new();
        let _ = caller.read_to_end(&mut rest).await;
        began.elapsed()
    }

    #[tokio::test]
    async fn who_says_nothing_is_closed() {
        let mut caller = connected(SHORT, LONG).await;

        assert!(closed_after(&mut caller).await < LONG);
    }

    #[tokio::test]
    async fn a_head_byte_by_byte_is_closed() {
        let mut caller = connected(SHORT, LONG).await;
        let mut byte = [0];
        // A byte whenever the server has said nothing for a moment, until it closes.
        while let Err(_still_open) = tokio::time::timeout(SHORT / 10, caller.read(&mut byte)).await
        {
            if caller.write_all(b"G").await.is_err() {
                break;
            }
        }
    }

    #[tokio::test]
    async fn a_pause_between_requests_may_be_longer_than_a_head() {
        let mut caller = connected(SHORT, LONG).await;
        for _ in 0..2 {
            answered(&mut caller).await;
            let closed = tokio::time::timeout(SHORT * 3, closed_after(&mut caller)).await;
            assert!(closed.is_err(), "still open");
        }
        caller.write_all(b"GET / HT").await.unwrap();

        assert!(closed_after(&mut caller).await < LONG);
    }

    #[tokio::test]
    async fn a_pause_ends_too() {
        let mut caller = connected(LONG, SHORT).await;
        answered(&mut caller).await;

        assert!(closed_after(&mut caller).await < LONG);
    }
}
