//! The door for reports: it closes when this machine cannot do what a report needs, and opens again by
//! itself once it can.
//!
//! Whoever meets a fault of the machine closes it: the front door, a worker, a request for a document.
//! Meanwhile no report is accepted and no worker begins one. One task tries, every second, until a
//! write succeeds.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use quire_model::HostFault;
use quire_records::{Records, StorageHealth};
use tokio::sync::watch;

use crate::recent::Recent;

/// How often a closed door is tried: a disk that was full for a moment costs a second.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// The door is closed below so much room. A report takes some megabytes: data, PDF, JSON, log. What is
/// left is for those that are being made, for their outcomes, and for the audit trail, without which
/// no document can be handed out. Above, small disks would be of no use; below, a disk is full before
/// anyone has noticed.
const LEAST_FREE_BYTES: u64 = 16 << 20;

/// Files that a report may hold open at a time: sockets to openFDA, artifacts, pipes of the compiler.
/// All of them can be opened before the door opens.
const FILES: usize = 16;

/// The door. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Admission(Arc<Door>);

#[derive(Debug)]
struct Door {
    records: Records,
    closed: watch::Sender<Option<HostFault>>,
    looked: Recent<Result<(), HostFault>>,
}

impl Admission {
    /// An open door.
    pub(crate) fn new(records: Records) -> Self {
        Self(Arc::new(Door {
            records,
            closed: watch::Sender::new(None),
            looked: Recent::default(),
        }))
    }

    /// Whether a report may pass now. Costs a system call.
    ///
    /// # Errors
    ///
    /// What the machine lacks.
    pub fn pass(&self) -> Result<(), HostFault> {
        if let Some(fault) = *self.0.closed.borrow() {
            return Err(fault);
        }
        self.0.lately().inspect_err(|fault| self.close(*fault))
    }

    /// Close it: the machine could not do something.
    pub fn close(&self, fault: HostFault) {
        let before = self.0.closed.send_replace(Some(fault));
        if before.is_none() {
            tracing::warn!(
                fault = fault.slug(),
                "no reports are accepted or begun: {fault}; {}",
                fault.remedy()
            );
            metrics::gauge!("quire_admission_closed").set(1.0);
            metrics::counter!("quire_host_faults_total", "fault" => fault.slug()).increment(1);
            tokio::spawn(reopen(Arc::downgrade(&self.0)));
        }
    }

    /// Close it if an error, or what caused it, is a fault of the machine. Every error that any part of
    /// this program meets is told from others here.
    pub fn note(&self, error: &(dyn std::error::Error + 'static)) -> Option<HostFault> {
        let fault = quire_records::host_fault(error)?;
        self.close(fault);
        Some(fault)
    }

    /// Returns once the door is open.
    pub(crate) async fn opened(&self) {
        let mut closed = self.0.closed.subscribe();
        let _ = closed.wait_for(Option::is_none).await;
    }

    /// Try the machine, at most once a second, and close the door if it lacks anything.
    ///
    /// # Errors
    ///
    /// What the machine lacks.
    pub async fn try_machine(&self) -> Result<(), HostFault> {
        // Closed, it is tried already, and an answer from before it closed would be wrong.
        if let Some(fault) = *self.0.closed.borrow() {
            return Err(fault);
        }
        let tried = self.0.looked.get(self.0.works()).await;
        tried.inspect_err(|fault| self.close(*fault))
    }

    /// How the storage fared lately.
    #[must_use]
    pub fn storage(&self) -> StorageHealth {
        self.0.records.health()
    }
}

impl Door {
    /// Everything that a report needs of the machine.
    async fn works(&self) -> Result<(), HostFault> {
        if let Err(error) = self.records.probe().await {
            // A fault of no other name lies in the database's file.
            return Err(error.host_fault().unwrap_or(HostFault::Disk));
        }
        self.lately()?;
        let opened = tokio::task::spawn_blocking(files).await;
        opened.unwrap_or(Err(HostFault::Memory))
    }

    /// Whether the last write succeeded, whoever made it, and there is room for more.
    fn lately(&self) -> Result<(), HostFault> {
        let health = self.records.health();
        match (health.last_failure, health.free_bytes) {
            (Some((fault, _)), _) => Err(fault),
            (None, Some(free)) if free < LEAST_FREE_BYTES => Err(HostFault::LowSpace),
            _ => Ok(()),
        }
    }

    fn open(&self) {
        if self.closed.send_replace(None).is_some() {
            tracing::info!("reports are accepted and begun again");
            metrics::gauge!("quire_admission_closed").set(0.0);
        }
    }
}

/// Try until it works, or nobody is left.
async fn reopen(door: Weak<Door>) {
    loop {
        tokio::time::sleep(TRY_EVERY).await;
        let Some(door) = door.upgrade() else { return };
        let works = door.works().await;
        door.looked.set(works).await;
        match works {
            Ok(()) => return door.open(),
            // Tried in order, a write to a file first, it may be known by a better name.
            Err(fault) => drop(door.closed.send_replace(Some(fault))),
        }
    }
}

/// Whether so many files can be opened.
fn files() -> Result<(), HostFault> {
    let files: Result<Vec<_>, _> = (0..FILES)
        .map(|_| std::fs::File::open("/dev/null"))
        .collect();
    match files {
        Ok(_) => Ok(()),
        // Where there is no such file, nothing is known.
        Err(error) => HostFault::of_file(&error).map_or(Ok(()), Err),
    }
}
