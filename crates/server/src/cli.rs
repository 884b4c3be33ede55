//! The commands and their options, with an example for each.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::matching::MatchWhat;

/// Community volunteer service 社区志愿服务: needs, helpers, hours one can believe, time coins.
#[derive(Debug, Parser)]
#[command(name = "linli", version, after_help = "Example: linli demo    then open the address it prints")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build a real street with half a year of invented life and serve it
    #[command(after_help = "Example: linli demo --area 420103009 --port 8080")]
    Demo(DemoOptions),
    /// Serve pages and API
    #[command(
        after_help = "Example: linli serve --database sqlite:/var/lib/linli/linli.db --keys /etc/linli/keys --area 420103009"
    )]
    Serve(ServeOptions),
    /// Bring the tables up to date
    #[command(after_help = "Example: linli migrate --database postgres://linli@localhost/linli")]
    Migrate(DatabaseOption),
    /// Say what is wrong with an installation and how to mend it
    #[command(
        after_help = "Example: linli doctor --database sqlite:linli-data/linli.db --keys linli-data/keys"
    )]
    Doctor(Place),
    /// Bring data in
    #[command(
        after_help = "Example: linli import divisions list-2025.csv --day 2025-12-31 --source '国家地名信息库' --database …"
    )]
    Import {
        #[command(subcommand)]
        what: ImportWhat,
    },
    /// Take data out
    #[command(after_help = "Example: linli export journal --database …")]
    Export {
        #[command(subcommand)]
        what: ExportWhat,
    },
    /// Check the journal, or let what halted go on
    #[command(after_help = "Example: linli journal verify --database …")]
    Journal {
        #[command(subcommand)]
        what: JournalWhat,
    },
    /// Check the time bank
    #[command(after_help = "Example: linli ledger verify --database …")]
    Ledger {
        #[command(subcommand)]
        what: LedgerWhat,
    },
    /// Try a rule of hours on the last year before it is decided
    #[command(
        after_help = "Example: linli hours try --division 4201 --name hours.day_pairs --value 2 --database … --keys …"
    )]
    Hours {
        #[command(subcommand)]
        what: HoursWhat,
    },
    /// Give the first roles; everything after that is done on the pages
    #[command(
        after_help = "Example: linli roles give 19900000000 security_administrator --over 420103 --database … --keys …"
    )]
    Roles {
        #[command(subcommand)]
        what: RolesWhat,
    },
    /// Plan who serves which need, from files, without a database
    #[command(
        after_help = "Example: linli match plan --volunteers volunteers.csv --needs needs.csv --out plan.csv --proof proof.bin"
    )]
    Match {
        #[command(subcommand)]
        what: MatchWhat,
    },
    /// Make the key file, and change its keys
    #[command(after_help = "Example: linli keys create /etc/linli/keys")]
    Keys {
        #[command(subcommand)]
        what: KeysWhat,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DatabaseOption {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, env = "LINLI_DATABASE", value_name = "URL")]
    pub(crate) database: String,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) database: DatabaseOption,
    /// The key file, made by `linli keys create`
    #[arg(long, env = "LINLI_KEYS", value_name = "FILE")]
    pub(crate) keys: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DemoOptions {
    /// Folder of the demo's database and keys
    #[arg(long, default_value = "linli-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Port to listen on
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Build the demo anew; what was in it is lost
    #[arg(long)]
    pub(crate) reset: bool,
    /// A street of the national list, 9 or 12 digits
    #[arg(long, default_value = "420103002", value_name = "CODE")]
    pub(crate) area: String,
    /// Days of life before today; with fewer there are fewer people too, and it is built sooner
    #[arg(long, default_value_t = 182, value_parser = clap::value_parser!(i32).range(7..=182))]
    pub(crate) days: i32,
    /// Another database than the one in the folder
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The area this installation stands for, 2 to 12 digits
    #[arg(long, env = "LINLI_AREA", value_name = "CODE")]
    pub(crate) area: String,
    /// Name on every page; by default the area's
    #[arg(long, env = "LINLI_NAME")]
    pub(crate) name: Option<String>,
    /// Telephone number on every page
    #[arg(long, env = "LINLI_PHONE", default_value = "12345")]
    pub(crate) phone: String,
    /// Address to listen on
    #[arg(long, env = "LINLI_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// The address people type, when a proxy in front speaks HTTPS: cookies are then for HTTPS alone
    #[arg(long, env = "LINLI_PUBLIC_URL", value_name = "URL", value_parser = web::PublicUrl::parse)]
    pub(crate) public_url: Option<web::PublicUrl>,
    /// Address of a proxy whose X-Forwarded-For is believed; may be given several times
    #[arg(long, env = "LINLI_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    pub(crate) proxy: Vec<std::net::IpAddr>,
    /// Program that sends text messages: one run a message, JSON on its standard input, exit code 0 when it left
    #[arg(long, env = "LINLI_SEND_WITH", value_name = "PROGRAM")]
    pub(crate) send_with: Option<PathBuf>,
    /// Threads with a database connection; without it 8 on SQLite, and 16 on PostgreSQL, where more commits share a sync
    #[arg(long, env = "LINLI_WORKERS")]
    pub(crate) workers: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportWhat {
    /// A newer list of divisions
    #[command(
        after_help = "Example: linli import divisions list-2025.csv --day 2025-12-31 --source '国家地名信息库' --database …"
    )]
    Divisions(ImportDivisions),
    /// Holidays and moved working days of a year, from the notice of the State Council's General Office
    #[command(
        after_help = "Example: linli import calendar calendar-2027.csv --database … --keys …    with lines such as 2027-02-06,workday,国办发明电〔2026〕…号"
    )]
    Calendar(ImportCalendar),
    /// Residents by division and year
    #[command(after_help = "Example: linli import population population.csv --database … --keys …")]
    Population(ImportPopulation),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportPopulation {
    /// The file, UTF-8: division,year,residents,source
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportCalendar {
    /// The file, UTF-8: day,kind,source; kind is holiday, or workday for a weekend day worked in exchange; each year whole
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportFile {
    /// The file, UTF-8: code,name or code,name,predecessors; every level, in any order
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) database: DatabaseOption,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportDivisions {
    #[command(flatten)]
    pub(crate) file: ImportFile,
    /// The day the list is valid from, YYYY-MM-DD
    #[arg(long)]
    pub(crate) day: String,
    /// Where it comes from
    #[arg(long)]
    pub(crate) source: String,
    /// Say what it would change, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// So many divisions may end without one that continues them
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(crate) accept_ended: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportWhat {
    /// Every sealed event, a JSON line each
    #[command(after_help = "Example: linli export journal --to journal.jsonl --database …")]
    Journal(ExportFile),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ExportFile {
    /// The file to write; by default standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) database: DatabaseOption,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalWhat {
    /// Recompute the chain, the days and every insert-only row
    #[command(after_help = "Example: linli journal verify --roots roots.txt --database … --keys …")]
    Verify(VerifyJournal),
    /// Let a halted consumer go on, and try its parked events again
    #[command(after_help = "Example: linli journal retry timebank --district 420103 --database … --keys …")]
    Retry(RetryConsumer),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct VerifyJournal {
    /// Roots somebody kept: the file of /transparency/roots.txt
    #[arg(long, value_name = "FILE")]
    pub(crate) roots: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RetryConsumer {
    /// Name of the consumer, as `linli doctor` shows it
    pub(crate) consumer: String,
    /// Six-digit district
    #[arg(long)]
    pub(crate) district: u32,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerWhat {
    /// Recompute every balance from its transfers
    #[command(after_help = "Example: linli ledger verify --database … --keys …")]
    Verify(Place),
}

#[derive(Debug, Subcommand)]
pub(crate) enum HoursWhat {
    /// Count the last year of a place once more, by the rules that held and with another number; nothing is changed
    #[command(
        after_help = "Example: linli hours try --division 4201 --name hours.day_pairs --value 2 --database … --keys …"
    )]
    Try(TryRule),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TryRule {
    /// The place that would decide, 2 to 12 digits
    #[arg(long, value_name = "CODE")]
    pub(crate) division: String,
    /// Name of the rule, as in docs/hours.md: hours.day_pairs
    #[arg(long)]
    pub(crate) name: String,
    /// The number; its unit belongs to the name
    #[arg(long)]
    pub(crate) value: i64,
    /// Print one JSON object, as GET /api/v1/policies/trial does
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RolesWhat {
    /// Give a role to somebody who has signed in once
    #[command(
        after_help = "Example: linli roles give 19900000000 security_administrator --over 420103 --database … --keys …"
    )]
    Give(GiveRole),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct GiveRole {
    /// The person's mobile number
    pub(crate) phone: String,
    /// worker, leader, system_administrator, security_administrator, audit_administrator, auditor, trainer or operator
    pub(crate) role: String,
    /// The area in which it holds, 2 to 12 digits
    #[arg(long, value_name = "CODE")]
    pub(crate) over: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysWhat {
    /// Make a new key file, readable by its owner alone
    #[command(after_help = "Example: linli keys create /etc/linli/keys --suite shangmi")]
    Create(CreateKeys),
    /// Add new keys to the file; start every `linli serve` anew after it, then run `keys reindex`
    #[command(after_help = "Example: linli keys rotate /etc/linli/keys --suite shangmi")]
    Rotate(CreateKeys),
    /// Put a new signing key in the place of the old one, which both sign; start every `linli serve` anew after it
    #[command(
        after_help = "Example: linli keys rotate-signing /etc/linli/keys    what was signed before stays valid, and roots.txt says how to follow the keys"
    )]
    RotateSigning(KeyFile),
    /// Encrypt everything with the keys in use, and compute the blind indexes anew; goes on where it was stopped
    #[command(after_help = "Example: linli keys reindex --database … --keys /etc/linli/keys")]
    Reindex(Place),
    /// Forget the keys that nothing needs any more
    #[command(
        after_help = "Example: linli keys retire --database … --keys /etc/linli/keys    after keys reindex, and after every server was started anew"
    )]
    Retire(Place),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct KeyFile {
    /// The key file
    pub(crate) file: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CreateKeys {
    /// The key file; `create` never overwrites one
    pub(crate) file: PathBuf,
    /// international (AES-256-GCM) or shangmi (SM4-GCM)
    #[arg(long, default_value = "international")]
    pub(crate) suite: String,
}
