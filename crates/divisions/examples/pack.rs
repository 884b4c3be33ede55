//! Makes `data/divisions.bin` from the five CSV files of the package china-division.
//!
//! `cargo run -p divisions --example pack -- FOLDER/package/dist`

use std::{env, error::Error, fs, path::Path};

use divisions::{LEVEL_SHIPPED, Version, parse_csv};
use kernel::Day;

const FILES: [&str; 5] = ["provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv"];

#[expect(clippy::print_stdout, reason = "a tool for the command line")]
fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        env::args().nth(1).ok_or("usage: pack FOLDER, where provinces.csv and its four companions are")?;
    let mut rows = csv::Writer::from_writer(Vec::new());
    for file in FILES {
        let mut reader = csv::Reader::from_path(Path::new(&folder).join(file))?;
        for record in reader.records() {
            let record = record?;
            let (code, name) = record.get(0).zip(record.get(1)).ok_or("a line without code and name")?;
            // Zeros at a level's own digits repeat the division above under the same twelve digits.
            let own = if code.len() > 6 { "000" } else { "00" };
            if code.ends_with(own) {
                println!("left out: {code} {name}");
            } else {
                rows.write_record([code, name])?;
            }
        }
    }
    let version = Version {
        day: Day::from_ymd(2023, 6, 30).ok_or("no such day")?,
        source: "国家统计局 统计用区划代码和城乡划分代码 2023; china-division 2.7.0".to_owned(),
    };
    let tree = parse_csv(rows.into_inner()?.as_slice(), version)?.tree;
    let bytes = tree.to_bytes(LEVEL_SHIPPED)?;
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/divisions.bin"), &bytes)?;
    println!("{} divisions, {} bytes", tree.len(), bytes.len());
    Ok(())
}
