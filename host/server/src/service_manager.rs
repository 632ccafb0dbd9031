//! Tells the service manager that started this process, if one did (`Type=notify` of systemd), how far it is.

use sd_notify::NotifyState;

/// Everything is there, and requests are answered or reports taken.
pub(crate) fn ready() {
    tell(NotifyState::Ready);
}

/// What runs may finish; nothing new is begun.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
