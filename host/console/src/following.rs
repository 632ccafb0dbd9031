//! Whether a page changes by itself, and the way to have it otherwise.

use maud::{Markup, html};

/// The line on a page that can change: that it does, or that it was told to stand still.
pub(crate) fn line(follows: bool, what: &str) -> Markup {
    html! {
        p #following.live {
            @if follows {
                "This page follows " (what) ". "
                a.button href="?live=off" { "Pause" }
            } @else {
                "This page stands still. "
                a.button href="?" { "Follow " (what) }
            }
            noscript { " " a.button href="" { "Look again" } }
        }
    }
}

/// Takes the line from a page that will not change any more.
pub(crate) fn ended() -> Markup {
    html! { p #following.live hx-swap-oob="true" hidden {} }
}

/// The same line, sent to a page that cannot be told of changes: it takes the place of the one that says that
/// the page follows.
pub(crate) fn stands_still(why: &str) -> Markup {
    html! {
        p #following.live hx-swap-oob="true" role="status" {
            "This page stands still: " (why) ". "
            a.button href="" { "Look again" }
        }
    }
}
