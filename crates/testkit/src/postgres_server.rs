//! A database of its own on the test server, dropped at the end.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database that lives as long as this value.
pub struct TestDatabase {
    server: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// A fresh, empty database.
    ///
    /// # Panics
    /// When `LINLI_TEST_POSTGRES` names no server that answers.
    pub fn create() -> Self {
        let server = std::env::var("LINLI_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("LINLI_TEST_POSTGRES is not set: run `cargo xtask test`, or `cargo xtask postgres start`")
        });
        let name = format!("linli_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&server, NoTls).expect("the test server answers");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a test database");
        let (base, query) =
            server.split_once('?').map_or((server.as_str(), ""), |(base, query)| (base, query));
        let host = base.rsplit_once('/').map_or(base, |(host, _)| host);
        let url = if query.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{query}") };
        Self { server, name, url }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}
