//! All differences between the two engines' SQL, a closed list.
//!
//! Statements are written for PostgreSQL. Their SQLite twin has `?1` for `$1` (SQLite looks names up
//! linearly, so `$N` would be quadratic in long statements) and no lock clause, since SQLite has one writer.
//! In migrations the two dialects stand side by side: BLOB for BYTEA and UUID, INTEGER for BIGINT, `STRICT`.

/// The SQLite twin of a statement.
pub(crate) fn sqlite_twin(sql: &str) -> String {
    let unlocked = match sql.rfind("FOR UPDATE") {
        Some(at) => sql.get(..at).unwrap_or(sql),
        None => sql,
    };
    let mut twin = String::with_capacity(unlocked.len());
    let mut quoted = false;
    for character in unlocked.trim_end().chars() {
        quoted ^= character == '\'';
        twin.push(if character == '$' && !quoted { '?' } else { character });
    }
    twin
}

#[cfg(test)]
mod tests {
    use super::sqlite_twin;

    #[test]
    fn the_twin_binds_by_position_and_takes_no_lock() {
        assert_eq!(
            sqlite_twin("SELECT a, '$' FROM t WHERE district = $1 AND id = $12 FOR UPDATE SKIP LOCKED"),
            "SELECT a, '$' FROM t WHERE district = ?1 AND id = ?12"
        );
    }
}
