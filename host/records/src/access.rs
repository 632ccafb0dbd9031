//! Who may ask: keys, their holders and roles, and their revocation.

pub(crate) mod actor;
pub(crate) mod holder;
pub(crate) mod keys;
pub(crate) mod link;
pub(crate) mod revocation;
pub(crate) mod session;
pub(crate) mod settings_key;
