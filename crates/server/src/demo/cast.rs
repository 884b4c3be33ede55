//! The invented people of the demo. Given names are the solar terms, so that nobody is meant; numbers are of the
//! sequences 998 and 999, which are kept for people over a hundred.

use divisions::Tree;
use kernel::{Day, DivisionCode, Random, Weekday};
use people::Join;
use vault::{Document, DocumentKind, Phone};

use crate::error::Ended;

const SURNAMES: [&str; 24] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨", "朱",
    "秦", "尤", "许", "何", "吕", "施", "张",
];
const GIVEN: [&str; 24] = [
    "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋",
    "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒",
];

/// The volunteer whom the guide names: has time on every day and takes what is asked most, so that whoever signs in
/// as this one finds something to do.
pub(crate) const VOLUNTEER: usize = 5;

/// The `n`-th invented name; 576 differ.
pub(crate) fn name(n: usize) -> String {
    let surname = SURNAMES.get(n % SURNAMES.len()).copied().unwrap_or("邻");
    let given = GIVEN.get((n / SURNAMES.len() + n) % GIVEN.len()).copied().unwrap_or("里");
    format!("{surname}{given}")
}

/// The `n`-th invented phone.
pub(crate) fn phone(n: usize) -> Result<Phone, Ended> {
    Phone::parse(&format!("199{n:08}")).map_err(|e| Ended::Failed(e.to_string()))
}

/// An invented population of the street and its communities, as the file that `linli import population` takes.
pub(crate) fn population(street: DivisionCode, today: Day) -> String {
    let (year, _, _) = today.ymd();
    let communities: Vec<_> = Tree::embedded().children(street).map(|division| division.code).collect();
    let residents = |n: usize| 1_640 + n * 377 % 900;
    let whole: usize = (0..communities.len()).map(residents).sum();
    let of_each = communities.iter().enumerate().map(|(n, code)| (*code, residents(n)));
    let rows = std::iter::once((street, whole)).chain(of_each);
    let lines =
        rows.map(|(code, residents)| format!("{code},{},{residents},演示用的数，不是统计\n", year - 1));
    std::iter::once("division,year,residents,source\n".to_owned()).chain(lines).collect()
}

/// An invented identity card of somebody born that day.
fn document(birth: Day, man: bool, today: Day) -> Result<Document, Ended> {
    let (year, month, day) = birth.ymd();
    let body = format!("420103{year:04}{month:02}{day:02}{}", if man { "999" } else { "998" });
    Document::completed(DocumentKind::ResidentId, &body, today.ymd())
        .map_err(|e| Ended::Failed(e.to_string()))
}

/// The wish to join of the `n`-th volunteer. Every one is born on another day, so that no document comes twice.
pub(crate) fn wish(n: usize, community: DivisionCode, today: Day, random: &Random) -> Result<Join, Ended> {
    let born = Day::from_ymd(1952, 1, 5).unwrap_or(today).plus(i32::try_from(n * 127 % 19_000).unwrap_or(0));
    let categories = needs::CATEGORIES;
    let mut chosen: Vec<String> = Vec::new();
    for _ in 0..3 {
        let at = usize::try_from(random.below(categories.len() as u64)).unwrap_or(0);
        let at = if n == VOLUNTEER { chosen.len() } else { at };
        if let Some(category) =
            categories.get(at).filter(|category| !chosen.iter().any(|word| word == category.word))
        {
            chosen.push(category.word.to_owned());
        }
    }
    let skills = categories
        .iter()
        .filter(|category| chosen.iter().any(|word| word == category.word))
        .filter_map(|category| category.skill.map(str::to_owned))
        .collect();
    let weekday = |day: u64| u8::try_from(day).ok().and_then(Weekday::new);
    let times = (0..7)
        .filter(|_| random.below(10) < 7 || n == VOLUNTEER)
        .filter_map(weekday)
        .map(|day| (day, 8 * 60, 20 * 60))
        .collect();
    Ok(Join {
        name: name(n),
        document: document(born, n.is_multiple_of(3), today)?,
        birth_day: None,
        phone: phone(n)?,
        division: community,
        categories: chosen,
        skills,
        times,
        radius_m: 3_000,
        limits: Vec::new(),
        guardian: None,
    })
}
