//! `quire ready`: whether a server or worker of this machine is ready, for container engines without curl.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use crate::{cli::ReadyCommand, terminal};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ask, and say what was said.
pub(crate) async fn run(command: ReadyCommand) -> anyhow::Result<ExitCode> {
    let address = reached(command.address);
    let (is_ready, said) = match ask(address).await {
        Ok(line) => (is_ready(&line), line),
        Err(error) => (false, error.to_string()),
    };
    if is_ready {
        terminal::say(format_args!("{address} is ready"));
        return Ok(ExitCode::SUCCESS);
    }
    terminal::note(format_args!(
        "error: {address} is not ready: {said}; http://{address}/readyz names what it lacks"
    ));
    Ok(ExitCode::FAILURE)
}

/// Whoever listens everywhere is reached here.
pub(crate) fn reached(listens: SocketAddr) -> SocketAddr {
    match listens.ip().is_unspecified() {
        true => SocketAddr::from(([127, 0, 0, 1], listens.port())),
        false => listens,
    }
}

/// Whether the first line of an answer says so.
pub(crate) fn is_ready(line: &str) -> bool {
    line.split(' ').nth(1) == Some("200")
}

/// The first line of what `/readyz` answers.
///
/// # Errors
///
/// If nobody listens there, or does not answer in time.
pub(crate) async fn ask(address: SocketAddr) -> io::Result<String> {
    let asked = tokio::task::spawn_blocking(move || ask_here(address)).await;
    asked.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn ask_here(address: SocketAddr) -> io::Result<String> {
    let mut server = TcpStream::connect_timeout(&address, PATIENCE)?;
    server.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    server.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    server.take(4096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
