//! The steps that make the tables, each written for both engines side by side.

use kernel::Instant;

use crate::{Db, Engine, Fault, params};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its folder under `migrations/`.
    pub name: &'static str,
    /// For PostgreSQL and Citus.
    pub postgres: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
}

macro_rules! steps {
    ($($name:literal),+ $(,)?) => {
        &[$(Migration {
            name: $name,
            postgres: include_str!(concat!("../migrations/", $name, "/postgres.sql")),
            sqlite: include_str!(concat!("../migrations/", $name, "/sqlite.sql")),
        }),+]
    };
}

/// Every step, in order.
pub const fn migrations() -> &'static [Migration] {
    steps![
        "0001_frame",
        "0002_root_of_roots",
        "0003_skill_proof",
        "0004_certificate",
        "0005_waves",
        "0006_import",
        "0007_order_in_index",
        "0008_urged",
        "0009_members_and_notices",
        "0010_rule_set",
        "0011_left_told",
        "0012_alarm_told",
        "0013_calls",
        "0014_identity_case",
        "0015_policy_binding",
        "0016_duty",
        "0017_card",
        "0018_sheet_photo",
        "0019_apart",
        "0020_kind_review",
        "0021_certificate_number",
        "0022_alarm_looks_like",
        "0023_location_hint",
        "0024_due",
        "0025_training",
        "0026_consumer_version",
        "0027_hotline",
    ]
}

impl Db {
    /// Brings the schema up to date; says which steps were applied. Each step is one transaction, so a step
    /// that was stopped in the middle left nothing.
    ///
    /// # Errors
    /// A [`Fault`] with the step's name in the log.
    pub fn migrate(&self, now: Instant) -> Result<Vec<&'static str>, Fault> {
        let engine = self.engine();
        self.write_now("migrate", |tx| {
            let table =
                "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";
            tx.batch(&if tx.is_sqlite() {
                format!("{} STRICT", table.replace("BIGINT", "INTEGER"))
            } else {
                table.to_owned()
            })
        })?;
        let mut applied = Vec::new();
        for step in migrations() {
            let fresh = self.write_now("migrate", move |tx| {
                let sql =
                    "INSERT INTO migration (name, applied_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
                if tx.execute(sql, params![step.name, now])? == 0 {
                    return Ok::<_, Fault>(false);
                }
                tx.batch(if engine == Engine::Sqlite { step.sqlite } else { step.postgres })?;
                Ok(true)
            })?;
            if fresh {
                tracing::info!(step = step.name, "schema step applied");
                applied.push(step.name);
            }
        }
        Ok(applied)
    }

    /// The steps this database still lacks; all of them when it has no schema at all.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn missing_migrations(&self) -> Result<Vec<&'static str>, Fault> {
        let present: Vec<(String,)> = self.read_now("missing_migrations", |tx| {
            let tables = if tx.is_sqlite() {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migration'"
            } else {
                "SELECT table_name AS name FROM information_schema.tables WHERE table_name = 'migration'"
            };
            if tx.query::<(String,)>(tables, params![])?.is_empty() {
                return Ok::<_, Fault>(Vec::new());
            }
            tx.query("SELECT name FROM migration", params![])
        })?;
        let lacks = |step: &&Migration| !present.iter().any(|(name,)| name == step.name);
        Ok(migrations().iter().filter(lacks).map(|step| step.name).collect())
    }
}
