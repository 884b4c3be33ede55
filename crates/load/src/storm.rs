//! The storm: everybody wants the same few places at once.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use kernel::Id;
use serde_json::json;
use shifts::Shift;

use crate::{Client, Server, Town};

/// Requests under way at once.
const AT_ONCE: usize = 64;
/// Places of the shift that everybody wants.
pub const PLACES: i64 = 10;

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// How many were told that they have a place.
    pub accepted: usize,
    /// How long it took.
    pub took: Duration,
}

/// Does `work` for each number of the range, `threads` at once.
pub fn at_once(range: std::ops::Range<usize>, threads: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(range.start);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= range.end {
                        return;
                    }
                    work(n);
                }
            });
        }
    });
}

/// Everybody but the leader signs up for `shift`, 64 at once.
///
/// # Panics
/// When the server fails.
pub fn storm(town: &Town, server: &Server, shift: Id<Shift>) -> Storm {
    let placed = AtomicUsize::new(0);
    let began = Instant::now();
    at_once(1..town.neighbours.len(), AT_ONCE, |n| {
        let token = town.neighbours.get(n).map(|neighbour| neighbour.token.as_str());
        let reply = Client::new(server.at, token)
            .post(&format!("/api/v1/shifts/{shift}/sign-up"), &format!("storm-{n}"), &json!({}))
            .expect("an answer");
        assert!(reply.status < 500, "{}: {}", reply.status, reply.body);
        if reply.json().get("state").and_then(|state| state.as_str()) == Some("placed") {
            placed.fetch_add(1, Ordering::SeqCst);
        }
    });
    Storm { took: began.elapsed(), accepted: placed.into_inner() }
}
