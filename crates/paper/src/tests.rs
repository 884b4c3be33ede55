//! Real papers, read back with what a reader of PDF would read.

use super::*;

fn example(name: &str, lines: usize) -> Certificate {
    let line = |n: usize| {
        let day = format!("2026年3月{}日", n % 28 + 1);
        [day, "09:00–11:00".into(), "清理楼道".into(), "松园社区".into(), "2".into(), "A".into()]
    };
    Certificate {
        lang: "zh".into(),
        title: "志愿服务记录证明".into(),
        sentence: format!("兹证明{name}参加志愿服务 {lines} 次，共 {} 小时。", lines * 2),
        facts: vec![("姓名".into(), name.into()), ("编号".into(), "420103-20260309-000001-7".into())],
        grades_title: "时长的证据".into(),
        grades: vec![("A".into(), "两个互不相干的证人当时在场".into(), "2 小时".into())],
        lines_title: "每一次服务".into(),
        heads: ["日期", "时间", "做什么", "在哪里", "小时", "证据"].map(str::to_owned),
        lines: (0..lines).map(line).collect(),
        seal: ("松园社区".into(), "2026年3月9日".into()),
        notes: vec!["本证明免费。".into()],
        code: "ABCD-EFGH-JKLM".into(),
        url: "https://linli.example/verify/ABCD-EFGH-JKLM".into(),
        digest: "0123456789abcdef".into(),
        missing: "〓 处的字：".into(),
    }
}

fn set(paper: &Certificate) -> Vec<u8> {
    let attached = Attached { statement: b"{\"a\":1}".to_vec(), signature: b"{}".to_vec() };
    certificate(&Fonts::new(Vec::new()), paper, &attached, (2026, 3, 9)).expect("it is set")
}

#[test]
fn the_same_words_give_the_same_pdf_a() {
    let paper = example("王测试", 3);
    let pdf = set(&paper);
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert_eq!(pdf, set(&paper));
    let text = String::from_utf8_lossy(&pdf);
    for needed in ["/AFRelationship", "statement.json", "signature.json", "pdfaid"] {
        assert!(text.contains(needed), "{needed} is missing");
    }
    assert_ne!(pdf, set(&example("李测试", 3)));
}

#[test]
fn three_hundred_services_run_over_pages() {
    let pages = |lines| {
        let text = String::from_utf8_lossy(&set(&example("王测试", lines))).into_owned();
        text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count()
    };
    assert_eq!(pages(1), 1);
    assert!(pages(300) > 5);
}

#[test]
fn a_character_that_no_font_has_is_named_for_a_hand_to_write() {
    let mut data = serde_json::to_value(example("王\u{2CE2E}测试\u{2CE2E}", 1)).expect("json");
    let fonts = Fonts::new(Vec::new()).covering(&mut data, "〓 处的字：");
    assert_eq!(fonts.len(), 1);
    assert_eq!(data["facts"][0][1], "王〓测试〓");
    assert_eq!(data["notes"][1], "〓 处的字：U+2CE2E");
    let mut plain = serde_json::to_value(example("王测试", 1)).expect("json");
    Fonts::new(Vec::new()).covering(&mut plain, "");
    assert_eq!(plain["notes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_picture_of_it_is_an_a4_page_with_ink_on_it() {
    let attached = Attached { statement: b"{}".to_vec(), signature: b"{}".to_vec() };
    let png = picture(&Fonts::new(Vec::new()), &example("王测试", 3), &attached).expect("it is set");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number =
        |at: usize| png.get(at..at + 4).map(|bytes| u32::from_be_bytes(bytes.try_into().expect("four")));
    assert_eq!((number(16), number(20)), (Some(1_191), Some(1_684)));
    assert!(png.len() > 20_000, "{} bytes are an empty page", png.len());
}

fn some_cards(count: usize) -> Cards {
    let face = |n: usize| CardFace {
        kind: if n % 3 == 2 { "居民卡" } else { "志愿者卡" }.into(),
        name: "王**".into(),
        facts: vec![("卡号".into(), format!("1234 {n:04}")), ("有效期到".into(), "2028年3月8日".into())],
        url: format!("https://linli.example/card/420103.{n:032x}"),
    };
    Cards {
        lang: "zh".into(),
        title: "志愿者卡".into(),
        place: "松园社区".into(),
        lost: "卡丢了，请打 027-00000000 停用。".into(),
        notes: vec!["沿裁切线剪开。".into()],
        cards: (0..count).map(face).collect(),
        missing: "〓 处的字：".into(),
    }
}

#[test]
fn eight_cards_stand_on_a_page() {
    let pages = |count| {
        let pdf = cards(&Fonts::new(Vec::new()), &some_cards(count), (2026, 3, 9)).expect("it is set");
        let text = String::from_utf8_lossy(&pdf).into_owned();
        text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count()
    };
    assert_eq!((pages(1), pages(8), pages(9)), (1, 1, 2));
}

#[test]
fn a_name_that_no_font_has_is_named_below_the_cards() {
    let mut some = some_cards(1);
    some.cards[0].name = "\u{2CE2E}**".into();
    let (files, _) = sheet(&Fonts::new(Vec::new()), &some).expect("it is set");
    let data: serde_json::Value = serde_json::from_slice(&files[0].1).expect("json");
    assert_eq!(data["cards"][0]["name"], "〓**");
    assert_eq!(data["notes"][1], "〓 处的字：U+2CE2E");
}
