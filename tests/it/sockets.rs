//! Sockets that say nothing cost nobody else anything.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{Folder, Quire, Settings, eventually, prepared};

/// Few descriptors, so that a few sockets are many.
const DESCRIPTORS: u32 = 256;

/// A new connection on which a request has begun and does not go on.
async fn idle(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nX: ").await;
    stream
}

/// Whether a caller with a connection of its own is told that the server lives.
async fn lives(address: &str) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let request = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        Some(answer.starts_with(b"HTTP/1.1 200"))
    };
    let answer = tokio::time::timeout(Duration::from_secs(10), asked).await;
    matches!(answer, Ok(Some(true)))
}

#[tokio::test]
async fn more_idle_sockets_than_descriptors_stop_no_report() {
    let quire = Quire::start_with(Settings {
        before: Some(format!("ulimit -n {DESCRIPTORS}")),
        ..Settings::default()
    })
    .await;
    let address = quire.address("").replace("http://", "");
    let mut sockets = Vec::new();
    for _ in 0..DESCRIPTORS * 2 {
        sockets.push(idle(&address).await);
    }

    assert!(lives(&address).await, "{}", quire.log());
    let task = quire.request("61958-0802").await;
    for _ in 0..DESCRIPTORS / 2 {
        sockets.push(idle(&address).await);
    }
    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}\n{}", quire.log());
    assert_eq!(status["attempt"], 1, "{status}");
    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await;
    assert!(pdf.body.starts_with(b"%PDF"));
    assert!(lives(&address).await);
    let descriptors = std::fs::read_dir(format!("/proc/{}/fd", quire.process())).unwrap();
    assert!(descriptors.count() < DESCRIPTORS as usize);
    assert!(
        !quire.log().contains("Too many open files"),
        "{}",
        quire.log()
    );
    assert!(
        quire.log().contains("too many connections"),
        "{}",
        quire.log()
    );
}

#[tokio::test]
async fn the_soft_limit_of_descriptors_is_raised() {
    let quire = Quire::start_with(Settings {
        before: Some(format!("ulimit -S -n {DESCRIPTORS}")),
        ..Settings::default()
    })
    .await;

    let limits = std::fs::read_to_string(format!("/proc/{}/limits", quire.process())).unwrap();

    let limit = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let numbers = limit.unwrap().split_whitespace().skip(3).take(2);
    let [soft, hard] = numbers.collect::<Vec<_>>()[..] else {
        panic!("{limits}");
    };
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    assert_eq!(number(soft), number(hard).min(65_536), "{limits}");
}

#[tokio::test]
async fn an_address_has_its_share_of_connections_and_no_more() {
    let quire = Quire::start_with(Settings {
        arguments: [
            "--max-connections",
            "40",
            "--max-connections-per-address",
            "4",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..Settings::default()
    })
    .await;
    let address = quire.address("").replace("http://", "");
    let mut sockets = Vec::new();
    for _ in 0..12 {
        sockets.push(idle(&address).await);
    }

    // The oldest are closed, and the newest is served.
    let open = eventually("the others to be closed", || async {
        let table = quire.get("/livez").await;
        assert_eq!(table.status, 200);
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", quire.process())).unwrap();
        let links = descriptors.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
        let sockets = links.filter(|link| link.to_string_lossy().starts_with("socket:"));
        let open = sockets.count();
        // Listener, runtime, signals, sample; none of them is a connection of this test.
        (open < 12).then_some(open)
    })
    .await;
    assert!(open >= 4, "{open}");
    let mut byte = [0];
    assert!(matches!(sockets[0].read(&mut byte).await, Ok(0) | Err(_)));
}

#[test]
fn more_connections_than_descriptors_are_refused_at_the_start() {
    let folder = Folder::new();
    let output = prepared(Some("ulimit -n 256"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--max-connections",
            "1000",
        ])
        .env("QUIRE_DATA_DIR", folder.file("data"))
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in ["QUIRE_MAX_CONNECTIONS", "1000", "ulimit -n"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!folder.file("data").exists());
}
