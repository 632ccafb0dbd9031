//! A reverse proxy that shows a server under a path, as nginx and Traefik do: it takes the path off and passes the
//! rest on, and what does not begin with it is not there.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A proxy that no request is passed on from yet, since the server has to know its address first.
pub(crate) struct Proxy {
    listener: TcpListener,
    path: &'static str,
}

impl Proxy {
    /// One that shows a server under a path.
    pub(crate) async fn under(path: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Self { listener, path }
    }

    /// What the server is reached by, with the path.
    pub(crate) fn address(&self) -> String {
        format!(
            "http://{}{}",
            self.listener.local_addr().unwrap(),
            self.path
        )
    }

    /// Pass requests on to a server, one a connection; if it `strips`, without the path.
    pub(crate) fn pass_on(self, host: &str, strips: bool) {
        let (host, Self { listener, path }) = (host.to_owned(), self);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let host = host.clone();
                tokio::spawn(async move { pass(near, path, strips, &host).await });
            }
        });
    }
}

async fn pass(mut near: TcpStream, path: &str, strips: bool, host: &str) -> Option<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if near.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (method, target) = head.split_once(' ').unwrap();
    let Some(rest) = target.strip_prefix(path) else {
        let nothing =
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nConnection: close\r\n\r\nproxy!";
        near.write_all(nothing).await.ok()?;
        return None;
    };
    let target = if strips { rest } else { target };
    let target = if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("/{target}")
    };
    let mut far = TcpStream::connect(host).await.ok()?;
    let head = format!("{method} {target}\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close");
    far.write_all(head.as_bytes()).await.ok()?;
    far.write_all(&bytes[end..]).await.ok()?;
    tokio::io::copy_bidirectional(&mut near, &mut far)
        .await
        .ok()?;
    Some(())
}
