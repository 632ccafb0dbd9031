//! What the kernel says of a process, and how to start and stop ours.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// CPU seconds used so far, user and system, by a process (not its children).
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    seconds(&pid.to_string(), [11, 12])
}

/// CPU seconds used by the children of this process that have ended.
pub(crate) fn cpu_seconds_of_children() -> f64 {
    seconds("self", [13, 14])
}

fn seconds(process: &str, fields_of_stat: [usize; 2]) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace()
        .collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse().ok())
            .unwrap_or(0.0)
    };
    // Linux counts in hundredths of a second on every machine that we know of.
    fields_of_stat.map(ticks).iter().sum::<f64>() / 100.0
}

/// A line of `/proc/<pid>/status` in MiB, such as `VmRSS` or `VmHWM`.
pub(crate) fn memory_mib(pid: u32, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib: f64 = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0.0);
    kib / 1024.0
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A process that is killed when the value goes.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) base: String,
    pub(crate) ready_after: Duration,
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The release binary beside this one.
pub(crate) fn quire_binary() -> PathBuf {
    let bench = std::env::current_exe().unwrap();
    let binary = bench.parent().unwrap().parent().unwrap().join("quire");
    assert!(
        binary.exists(),
        "{} is missing: run `make bench`",
        binary.display()
    );
    binary
}

/// A standard section, as the build compiled it.
pub(crate) fn section(name: &str) -> PathBuf {
    sections_folder().join(format!("quire_section_{}.wasm", name.replace('-', "_")))
}

/// Every standard section, as the build compiled it.
pub(crate) fn sections() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sections_folder()).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "wasm"));
    files.sort();
    files
}

fn sections_folder() -> PathBuf {
    let binary = quire_binary();
    let target = binary.ancestors().nth(2).unwrap();
    target.join("guests/wasm32-wasip2/guest")
}

/// A guest of `tests/guests`, compiled now if it was not.
pub(crate) fn guest(name: &str) -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let target = quire_binary()
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("guests");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--locked"])
        .args(["--target", "wasm32-wasip2", "--manifest-path"])
        .arg(tests.join("guests/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_MAKEFLAGS")
        .env_remove("RUSTFLAGS")
        .status()
        .unwrap();
    assert!(status.success(), "the guests cannot be built: {status}");
    target
        .join("wasm32-wasip2/release")
        .join(name.replace('-', "_"))
        .with_extension("wasm")
}

/// Start `quire serve` and wait for the line that says where it listens.
pub(crate) fn quire(arguments: &[&str]) -> Running {
    quire_of(&quire_binary(), arguments)
}

/// The same of another binary.
pub(crate) fn quire_of(binary: &Path, arguments: &[&str]) -> Running {
    let start = Instant::now();
    let mut child = Command::new(binary)
        .arg("serve")
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .env("QUIRE_ADMIN_KEY", super::stack::KEY)
        .env("QUIRE_LOG", "warn")
        // What making a report costs is measured, not what handing out another's does.
        .env("QUIRE_SHARE_ANSWERS", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = lines
        .find_map(|line| {
            line.ok()?
                .split_once("listening on ")
                .map(|(_, at)| at.trim().to_owned())
        })
        .expect("quire did not start");
    let ready_after = start.elapsed();
    std::thread::spawn(move || lines.for_each(drop));
    Running {
        child,
        base,
        ready_after,
    }
}

/// Start a real Redis without persistence, as the baseline does.
pub(crate) fn redis() -> Running {
    let port = free_port();
    let child = Command::new("redis-server")
        .args([
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--save",
            "",
        ])
        .args(["--appendonly", "no"])
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is missing; `make bench` installs it");
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "redis did not start"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let base = format!("redis://127.0.0.1:{port}");
    Running {
        child,
        base,
        ready_after: start.elapsed(),
    }
}
