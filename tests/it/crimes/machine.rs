//! The machine that the processes of a scene run on: its disk may fail and its clock may be set, while they run.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::Duration,
};

use crate::support::{Folder, ancestor_with};

/// `struct orders` of shim.c.
const SIZE: usize = 256;
const CLOCK_AT: u64 = 0;
const ERROR_AT: u64 = 8;
const NAME_AT: u64 = 16;

/// What writes fail with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    Full,
    ReadOnly,
    Broken,
}

/// The orders that the preloaded library reads.
pub(crate) struct Machine {
    folder: Folder,
    orders: File,
}

/// The library, built once.
static SHIM: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/crimes/shim.c");
    let folder = ancestor_with("Cargo.lock").join("target/tmp");
    std::fs::create_dir_all(&folder).unwrap();
    let library = folder.join(format!("quire-shim-{}.so", std::process::id()));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .output()
        .expect("a C compiler, as cc");
    assert!(built.status.success(), "{built:?}");
    library
});

impl Machine {
    /// A machine that is well.
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let orders = OpenOptions::new()
            .create_new(true)
            .write(true)
            .open(folder.path().join("orders"))
            .unwrap();
        orders.set_len(SIZE as u64).unwrap();
        Self { folder, orders }
    }

    /// What a process is started with to run on it.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let orders = self.folder.path().join("orders");
        [("LD_PRELOAD", &*SHIM), ("QUIRE_TEST_ORDERS", &orders)]
            .map(|(name, path)| (name.to_owned(), path.display().to_string()))
            .into()
    }

    /// From now on writes to files fail whose path contains this.
    pub(crate) fn break_disk(&self, disk: Disk, name: &str) {
        let error = match disk {
            Disk::Full => rustix::io::Errno::NOSPC,
            Disk::ReadOnly => rustix::io::Errno::ROFS,
            Disk::Broken => rustix::io::Errno::IO,
        };
        let mut text = name.as_bytes().to_vec();
        text.push(0);
        self.orders.write_all_at(&text, NAME_AT).unwrap();
        self.write(ERROR_AT, error.raw_os_error().into());
    }

    /// The disk is well again.
    pub(crate) fn mend_disk(&self) {
        self.write(ERROR_AT, 0);
    }

    /// The time of day, as much later (or earlier) than it is.
    pub(crate) fn set_clock(&self, later: bool, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.write(CLOCK_AT, if later { by } else { -by });
    }

    fn write(&self, at: u64, value: i64) {
        self.orders.write_all_at(&value.to_ne_bytes(), at).unwrap();
    }
}
