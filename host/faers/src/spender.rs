//! For whom openFDA is asked, so that one caller does not spend the day's requests of all.

use quire_model::Digest;

tokio::task_local! {
    static SPENDER: Option<String>;
}

/// Do this for someone: what openFDA is asked meanwhile counts as theirs. Who asks for what another is asking
/// for already spends nothing.
pub async fn spending<T>(who: &str, work: impl Future<Output = T>) -> T {
    SPENDER.scope(Some(name(who)), work).await
}

/// The same in a task of its own.
pub(crate) fn still_spending<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    SPENDER.scope(spender(), work)
}

/// For whom this is done; none if for nobody in particular.
pub(crate) fn spender() -> Option<String> {
    SPENDER.try_with(Clone::clone).ok().flatten()
}

/// What they are called where it is counted, without giving them away.
fn name(who: &str) -> String {
    Digest::of(who.as_bytes()).short()
}
