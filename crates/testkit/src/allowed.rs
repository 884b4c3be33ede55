//! The closed lists: what may read across districts, and which transactions may write in two.

use shapes::{Allowance, Owner};

/// Small tables that every node has whole.
pub const REFERENCE_TABLES: &[&str] =
    &["division_change", "division_version", "migration", "policy", "population"];

/// Tables that hold one fact for the whole country, each distributed by its own key.
pub const OWNERS: &[Owner] = &[
    Owner { table: "document_owner", column: "number_index" },
    Owner { table: "phone_owner", column: "phone_index" },
    Owner { table: "sign_in_code", column: "phone_index" },
    Owner { table: "statement", column: "token_hash" },
];

/// Reads without a district. Each is an operator's or a follower's, never a page's of one person.
pub const ACROSS_DISTRICTS: &[Allowance] = &[
    Allowance { statement: "SELECT district FROM journal_head", reason: "which districts there are to seal" },
    Allowance { statement: "SELECT DISTINCT district FROM journal", reason: "journal verify" },
    Allowance {
        statement: "SELECT DISTINCT district FROM message WHERE sent_at IS NULL AND not_before <= $1",
        reason: "which districts have a message to send",
    },
    Allowance {
        statement: "SELECT id, channel, recipient, body, kind, not_before FROM message
         WHERE not_before <= $1 ORDER BY not_before DESC, id DESC LIMIT $2",
        reason: "the demo's outbox",
    },
    Allowance {
        statement: "SELECT DISTINCT district FROM journal_pending",
        reason: "which districts have something to seal after a start",
    },
    Allowance {
        statement: "SELECT h.district, c.name, h.seq - c.seq,
                (SELECT COUNT(*) FROM parked_event p WHERE p.district = c.district AND p.consumer = c.name), c.halted
         FROM journal_head h JOIN consumer c ON c.district = h.district
         ORDER BY h.district, c.name",
        reason: "doctor shows every consumer's lag",
    },
];

/// Transactions that may write in two districts, by name: the person's and the place's.
pub const TWO_DISTRICTS: &[&str] = &[];
