//! Where a tool works: an empty database of its own, on the engine that its first argument names.

use std::path::Path;

use tempfile::TempDir;

use crate::Cluster;

/// The value of the option `--name` of this process.
///
/// # Panics
/// When the value is not of the type that is wanted.
pub fn option<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    let given = std::env::args().skip_while(|arg| arg != name).nth(1);
    given.map_or(otherwise, |text| text.parse().ok().expect("an option of the right type"))
}

/// An empty database and a folder; both are gone when dropped.
#[derive(Debug)]
pub struct Ground {
    folder: TempDir,
    cluster: Option<Cluster>,
}

impl Ground {
    /// What the first argument asks for: `sqlite` or `postgres`.
    ///
    /// # Panics
    /// When it asks for something else or the database does not start.
    pub fn of_arguments(tool: &str) -> Self {
        let engine = std::env::args().nth(1).unwrap_or_default();
        assert!(matches!(engine.as_str(), "sqlite" | "postgres"), "usage: {tool} sqlite|postgres …");
        Self::new(tool, engine == "postgres")
    }

    /// A database on PostgreSQL, or on SQLite.
    ///
    /// # Panics
    /// When it does not start.
    pub fn new(tool: &str, postgres: bool) -> Self {
        Self::with(tool, postgres, Vec::new())
    }

    /// [`Ground::new`] with something in the environment of PostgreSQL's programs.
    ///
    /// # Panics
    /// When it does not start.
    pub fn with(tool: &str, postgres: bool, environment: Vec<(&'static str, String)>) -> Self {
        let name = format!("{tool}-{}", std::process::id());
        let cluster = postgres.then(|| Cluster::create(&name, environment));
        Self { folder: tempfile::tempdir().expect("a folder"), cluster }
    }

    /// The database as `linli serve` takes it.
    pub fn database(&self) -> String {
        match &self.cluster {
            Some(cluster) => cluster.url().to_owned(),
            None => format!("sqlite:{}", self.folder.path().join("linli.db").display()),
        }
    }

    /// For the key file and whatever else.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The PostgreSQL, if it is one.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// What stands before the name of a figure.
    pub fn prefix(&self) -> &'static str {
        if self.cluster.is_some() { "postgres_" } else { "" }
    }

    /// The engine, as an argument names it.
    pub fn engine(&self) -> &'static str {
        if self.cluster.is_some() { "postgres" } else { "sqlite" }
    }
}
