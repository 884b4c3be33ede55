//! `linli-verify`: whether a certificate of service is genuine, without a network.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use linli_verify::{Evidence, Finding, Said, Unread, Verdict, export_verdict};
use proof::{Broken, Doubt, ExportLine, Part, Published, Trust};

/// Checks a certificate of volunteer service, or a proof of one, without a network 核对志愿服务证明,不用联网
///
/// Give the PDF of the certificate, the proof that /verify lets you save, or both; and the public key, or better a copy of
/// /transparency/roots.txt that you kept. Ends with 0 when all is genuine, 1 when something is false, 3 when everything
/// holds but nothing says whose the key is, 2 when a file cannot be read.
#[derive(Debug, Parser)]
#[command(
    name = "linli-verify",
    version,
    arg_required_else_help = true,
    after_help = "Example: linli-verify certificate.pdf linli-420103….proof.json --roots roots.txt --revoked revoked.txt"
)]
struct Cli {
    /// The PDF of a certificate, its proof, or both; the proof of a record
    #[arg(required_unless_present = "export", conflicts_with = "export", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Instead of a certificate: a table that an auditor took away, as it was saved
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// The public key, hexadecimal, as /transparency shows it
    #[arg(long, conflicts_with = "roots")]
    key: Option<String>,
    /// A copy of /transparency/roots.txt; a newer copy may follow, to learn of keys that were replaced since
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// A copy of /transparency/revoked.txt
    #[arg(long, value_name = "FILE")]
    revoked: Option<PathBuf>,
    /// The language of the answer
    #[arg(long, value_enum, default_value = "zh")]
    lang: Lang,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    fn of(self, zh: &str, en: &str) -> String {
        match self {
            Self::Zh => zh.to_owned(),
            Self::En => en.to_owned(),
        }
    }
}

#[expect(clippy::print_stderr, reason = "the last words of a command")]
fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(Verdict::Genuine) => ExitCode::SUCCESS,
        Ok(Verdict::False) => ExitCode::from(1),
        Ok(Verdict::Unanchored) => ExitCode::from(3),
        Err(words) => {
            eprintln!("linli-verify: {words}");
            ExitCode::from(2)
        }
    }
}

fn read(path: &PathBuf) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_text(path: &PathBuf) -> Result<String, String> {
    String::from_utf8(read(path)?).map_err(|_| format!("{}: not a text file", path.display()))
}

#[expect(clippy::print_stdout, reason = "the answer of a command")]
fn run(cli: &Cli) -> Result<Verdict, String> {
    let lang = cli.lang;
    if let Some(path) = &cli.export {
        let (verdict, line, findings) = export_verdict(&read(path)?, trust(cli)?.as_ref());
        if let Some(line) = line {
            println!("{}", export_words(&line, lang));
        }
        return Ok(told(verdict, &findings, lang));
    }
    let mut evidence = Evidence::default();
    for path in &cli.files {
        let why = |unread: Unread| format!("{}: {}", path.display(), unread_words(unread, lang));
        evidence.read(read(path)?).map_err(why)?;
    }
    let trust = trust(cli)?;
    let list = cli.revoked.as_ref().map(read_text).transpose()?;
    let (verdict, findings) = evidence.verdict(trust.as_ref(), list.as_deref());
    if let Some(said) = evidence.said() {
        println!("{}", said_words(&said, lang));
    }
    Ok(told(verdict, &findings, lang))
}

/// Prints what was found and what it comes to.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
fn told(verdict: Verdict, findings: &[Finding], lang: Lang) -> Verdict {
    for finding in findings {
        println!("{}", finding_words(finding, lang));
    }
    println!("{}", verdict_words(verdict, lang));
    verdict
}

fn export_words(line: &ExportLine, lang: Lang) -> String {
    let ExportLine { what, area, days: (first, last), rows, at, .. } = line;
    let at = at.local_text();
    let sample = what != "records";
    match lang {
        Lang::Zh if sample => format!("抽查样本 {what}  {area}  {first} – {last}  {rows} 行  导出于 {at}"),
        Lang::Zh => format!("服务记录  {area}  {first} – {last}  {rows} 行  导出于 {at}"),
        Lang::En if sample => format!("sample {what}  {area}  {first} – {last}  {rows} rows  taken {at}"),
        Lang::En => format!("service records  {area}  {first} – {last}  {rows} rows  taken {at}"),
    }
}

fn trust(cli: &Cli) -> Result<Option<Trust>, String> {
    if let Some(key) = &cli.key {
        let words =
            "--key: not a public key: 130 hexadecimal digits that begin with 04, as /transparency shows them";
        return Trust::of_key(&key.split_whitespace().collect::<String>())
            .map(Some)
            .ok_or_else(|| words.to_owned());
    }
    let mut trust: Option<Trust> = None;
    for path in &cli.roots {
        let published = Published::parse(&read_text(path)?)
            .map_err(|line| format!("{}: line {line} is none of a roots.txt", path.display()))?;
        match &mut trust {
            Some(trust) => trust.follow(&published),
            None => trust = Some(Trust::of_roots(&published)),
        }
    }
    Ok(trust)
}

fn unread_words(unread: Unread, lang: Lang) -> String {
    match unread {
        Unread::Neither => lang.of(
            "既不是 PDF 证明,也不是证据文件",
            "neither the PDF of a certificate nor a proof",
        ),
        Unread::NoStatement => lang.of(
            "这份 PDF 里没有签过名的内容:不是邻里出的证明,或者被别的软件另存过。请用当初下载的原文件",
            "no signed statement is attached: not a certificate of Linli, or saved anew by another program; use the file as it was downloaded",
        ),
        Unread::Proof => lang.of(
            "不是认得的证据文件;可能是文件坏了,或者本程序太旧",
            "not a proof of a form that is known: damaged, or this program is too old",
        ),
        Unread::Another => {
            lang.of("一次只核对一份证明", "one certificate at a time: give its PDF and its proof once each")
        }
    }
}

fn said_words(said: &Said, lang: Lang) -> String {
    let grades: Vec<String> = said
        .grades
        .iter()
        .map(|(grade, minutes)| {
            let letter = match grade.as_str() {
                "a" => lang.of("甲", "A"),
                "b" => lang.of("乙", "B"),
                "c" => lang.of("丙", "C"),
                _ => lang.of("丁", "D"),
            };
            format!("{letter} {}", kernel::Minutes(*minutes))
        })
        .collect();
    let (first, last) = said.days;
    let days = if first == last { first.to_string() } else { format!("{first} – {last}") };
    let (hours, grades, services) = (said.minutes(), grades.join(", "), said.services);
    let who = [&said.number, &said.name, &said.unit].map(String::as_str);
    let who: Vec<&str> = who.into_iter().filter(|word| !word.is_empty()).collect();
    let who = if who.is_empty() { String::new() } else { format!("{}\n", who.join("  ")) };
    match lang {
        Lang::Zh => format!("{who}{days}  {services} 次  {hours} 小时 ({grades})"),
        Lang::En => format!("{who}{days}  {services} services  {hours} hours ({grades})"),
    }
}

fn finding_words(finding: &Finding, lang: Lang) -> String {
    let good = |zh: &str, en: &str| format!("  ✓ {}", lang.of(zh, en));
    let open = |zh: &str, en: &str| format!("  ? {}", lang.of(zh, en));
    let bad = |zh: &str, en: &str| format!("  ✗ {}", lang.of(zh, en));
    match finding {
        Finding::Signed => good("签名有效,内容没有改动", "the signature holds; nothing was changed"),
        Finding::InJournal(day) => good(
            &format!("登记在 {day} 的台账里,当天的签名有效"),
            &format!("it stands in the journal of {day}, and the signature of that day holds"),
        ),
        Finding::WithAllDistricts => {
            good("当天的台账和其他区县的一起封存", "that day was sealed together with all districts")
        }
        Finding::KeptRoot => good(
            "和您手里留存的根一致:不是事后补的",
            "it fits the roots you kept: it was not made up afterwards",
        ),
        Finding::NotRevoked(at) => good(
            &format!("到 {} 没有被撤销", at.local_text()),
            &format!("not taken back as of {}", at.local_text()),
        ),
        Finding::KeyUnknown(key) => open(
            &format!("用这把公钥签的,请和 /transparency 上公布的比对:{key}"),
            &format!("signed with this key; compare it with the one on /transparency: {key}"),
        ),
        Finding::NoProof => open(
            "没有给证据文件,不知道是哪天签的;可以在 /verify 页面下载",
            "no proof was given, so the day of signing is not proved; /verify lets you save one",
        ),
        Finding::NoList => open(
            "没有给撤销名单,不知道后来有没有撤销;可以下载 /transparency/revoked.txt",
            "no list of what was taken back was given; save /transparency/revoked.txt",
        ),
        Finding::Revoked(day) => bad(&format!("{day} 被撤销了"), &format!("it was taken back on {day}")),
        Finding::NotSigned => bad("签名对不上:内容被改过", "the signature does not hold: it was changed"),
        Finding::Broken(broken) => {
            bad(&format!("证据对不上:{}", broken_zh(*broken)), &format!("the proof does not hold: {broken}"))
        }
        Finding::OtherStatement => bad("证据不是这份证明的", "the proof is not that of this certificate"),
        Finding::Doubt(doubt) => bad(doubt_zh(*doubt), &format!("not to be believed: {doubt}")),
        Finding::BadList => bad(
            "撤销名单对不上:被改过,或者是别人的",
            "the list of what was taken back does not hold, or is somebody else's",
        ),
    }
}

fn part_zh(part: Part) -> &'static str {
    match part {
        Part::Statement => "证明",
        Part::Row => "时长记录",
        Part::Event => "台账里的登记",
        Part::Day => "当天的台账",
        Part::Node => "各区县当天的台账",
        Part::Export => "导出的表",
    }
}

fn broken_zh(broken: Broken) -> String {
    match broken {
        Broken::Form => "不是认得的证据文件".to_owned(),
        Broken::Unreadable(part) => format!("{}被改过", part_zh(part)),
        Broken::Signature(part) => format!("{}的签名不对", part_zh(part)),
        Broken::Elsewhere(part) => format!("{}不在签过名的内容里", part_zh(part)),
    }
}

fn doubt_zh(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Key(_) => "用另一把钥匙签的,不是您给的公钥",
        Doubt::Late(_) => "日期晚于这把钥匙停用的日子",
        Doubt::Root(_) => "和您留存的根不一致:台账被换过",
    }
}

fn verdict_words(verdict: Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Genuine => lang.of("结论:真实", "Verdict: genuine"),
        Verdict::False => lang.of("结论:不能相信", "Verdict: not to be believed"),
        Verdict::Unanchored => lang.of(
            "结论:前后一致,但还不知道公钥是谁的。请用 --key 或 --roots 给出公钥",
            "Verdict: consistent, but nothing says whose the key is; give it with --key or --roots",
        ),
    }
}
