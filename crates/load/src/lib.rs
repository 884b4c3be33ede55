//! Load and faults from outside: a server in a process of its own, clients in this one.
//!
//! The binaries `storm`, `kills`, `tamper`, `web`, `rush` and `rank` are run by `cargo xtask` and by CI; `candidates` by hand.
//! People and shifts are made by the real use cases before the server starts; from then on everything goes over HTTP.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool fails by stopping, with words"
)]

mod checks;
mod city;
mod client;
mod cluster;
mod ground;
mod meter;
mod server;
mod slow;
mod storm;
mod town;

pub use checks::Checks;
pub use city::{Ask, City};
pub use client::{Client, Reply};
pub use cluster::Cluster;
pub use ground::{Ground, option};
pub use meter::{Meter, resident_bytes, thread_cpu_us};
pub use server::{Server, linli};
pub use slow::SlowDisk;
pub use storm::{PLACES, Storm, at_once, storm};
pub use town::{COMMUNITIES, Neighbour, Town};
