//! Load and faults from outside: a server in a process of its own, clients in this one.
//!
//! The binaries `storm`, `kills`, `tamper` and `bench` are run by `cargo xtask` and by CI. People and shifts are made
//! by the real use cases before the server starts; from then on everything goes over HTTP.

#![expect(clippy::expect_used, reason = "a tool fails by stopping, with words")]

mod client;
mod cluster;
mod server;
mod town;

pub use client::{Client, Reply};
pub use cluster::Cluster;
pub use server::{Server, linli};
pub use town::{COMMUNITIES, Neighbour, Town};
