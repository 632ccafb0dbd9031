//! The ledger of reports: each enters, is claimed, and comes to one end.

pub(crate) mod accept;
pub(crate) mod batch;
pub(crate) mod cancel;
pub(crate) mod claim;
pub(crate) mod clock_bounds;
pub(crate) mod group_commit;
pub(crate) mod isolation;
pub(crate) mod line;
pub(crate) mod listing;
pub(crate) mod manifests;
pub(crate) mod manner;
pub(crate) mod named;
pub(crate) mod overdue;
pub(crate) mod pins;
pub(crate) mod remake;
pub(crate) mod report;
pub(crate) mod settle;
pub(crate) mod shared;
pub(crate) mod snapshots;
pub(crate) mod source;
pub(crate) mod turns;
pub(crate) mod withdraw;
