use kernel::{Actor, Day};
use people::testing::{document, phone, volunteer};
use sheets::{Book, Column, Heading, Value, plain};
use testkit::{Client, Reply, World, on_both};

use super::{ImportKind, tick};
use crate::testing::{FAR, HERE, NEAR, app, browser, id, rows, worker};

const PEOPLE: [&str; 5] = ["姓名", "证件号码", "手机号", "社区", "会什么"];
const HOURS: [&str; 8] =
    ["志愿者编号", "服务日期", "开始", "结束", "时长(分钟)", "服务类别", "服务内容", "服务单位"];

fn sheet(heads: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Book::new("表", (2026, 3, 9), heads.iter().map(|head| Column::new(*head, 12)).collect());
    for row in rows {
        book.push(row.iter().cloned().map(Value::from).collect());
    }
    book.bytes().unwrap()
}

/// A line of somebody new.
fn person(name: &str) -> Vec<String> {
    let document = document(Day::from_ymd(1985, 5, 17).unwrap());
    let phone = phone();
    [name, document.number(), phone.as_str(), HERE, "护理、急救"].map(str::to_owned).to_vec()
}

fn hour(number: &str, day: &str, from: &str, to: &str) -> Vec<String> {
    [number, day, from, to, "", "陪伴老人", "陪老人看病", "松园社区"].map(str::to_owned).to_vec()
}

fn number_of(world: &World, who: &Actor) -> String {
    let who = id(who);
    world.read("test_number", &Actor::system(), move |tx, _| people::volunteer_number(tx, who)).unwrap()
}

fn send(client: &Client, kind: &str, file: &[u8]) -> Reply {
    client.post_file("/w/import", &[("kind", kind)], file)
}

/// Sends a file that must be kept; where it is looked at.
fn kept(client: &Client, kind: &str, file: &[u8]) -> String {
    let sent = send(client, kind, file);
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location.unwrap()
}

/// The state that the page of a file tells.
fn state(client: &Client, path: &str) -> String {
    let body = client.get(path).body;
    let word = body.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
    word.unwrap_or_else(|| panic!("{body}")).to_owned()
}

fn brought_in(client: &Client, path: &str) {
    let done = client.post(path, &[("key", path)]);
    assert_eq!((done.status.as_u16(), done.location.as_deref()), (303, Some(path)), "{}", done.body);
    assert_eq!(state(client, path), "done");
}

fn people_there(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM volunteer WHERE district = $1", &[420_103])
}

fn hours_there(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM imported_hour WHERE district = $1", &[420_103])
}

/// What stands in the column of problems, row by row.
fn problems(client: &Client, path: &str, heads: &[&'static str]) -> Vec<String> {
    let file = client.get(&format!("{path}/problems"));
    assert_eq!((file.status.as_u16(), file.kind.as_str()), (200, sheets::MEDIA_TYPE), "{}", file.body);
    let head = |head: &'static str| Heading { names: Box::leak(Box::new([head])), required: true };
    let mut headings: Vec<Heading> = heads.iter().copied().map(head).collect();
    headings.push(head("问题"));
    rows(&file.bytes, &headings).into_iter().map(|mut row| row.pop().unwrap()).collect()
}

#[test]
fn a_right_list_of_volunteers_comes_in_once() {
    on_both(|world| {
        let client = browser(world, &worker(world));
        let before = people_there(world);
        let list: Vec<_> = ["李淑英", "王远", "赵小雪"].iter().map(|name| person(name)).collect();
        let file = sheet(&PEOPLE, &list);
        let path = kept(&client, "people", &file);
        let page = client.get(&path).body;
        assert!(page.contains("都对，可以登记") && page.contains("登记这 3 行"), "{page}");
        assert_eq!(people_there(world), before, "nothing is in before the yes");
        brought_in(&client, &path);
        assert_eq!(people_there(world), before + 3);
        let page = client.get(&path).body;
        assert!(page.contains("登记好了") && !page.contains("李淑英"), "{page}");
        // The same file again, and the yes again.
        let again = kept(&client, "people", &file);
        let page = client.get(&again).body;
        assert!(page.contains("以前都登记过了") && !page.contains("登记这"), "{page}");
        client.post(&path, &[("key", "more")]);
        client.post(&again, &[("key", "again")]);
        assert_eq!(people_there(world), before + 3);
        let left = "SELECT COUNT(*) FROM import_file WHERE district = $1 AND content IS NOT NULL";
        assert_eq!(world.count(left, &[420_103]), 0, "what is in is not kept");
        assert!(client.get("/w/import").body.contains("登记好了"));
        world.drain(Vec::new());
    });
}

#[test]
fn one_wrong_line_keeps_everything_out_and_comes_back_with_the_reason() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let before = people_there(world);
        let change = |at: usize, text: &str| {
            let mut line = person("李淑英");
            text.clone_into(&mut line[at]);
            line
        };
        let right = person("王远");
        let mut child = person("王小明");
        child[1] = document(Day::from_ymd(2012, 5, 17).unwrap()).number().to_owned();
        let known = people::testing::resident(world, "赵立春", HERE);
        let known = {
            let who = id(&known);
            let phone = world.read("test_phone", &by, move |tx, call| people::phone_of(tx, call.keys(), who));
            phone.unwrap().unwrap().as_str().to_owned()
        };
        let cases = [
            (right.clone(), ""),
            (change(0, ""), "姓名：请"),
            (change(0, "李4"), "姓名："),
            (change(1, ""), "证件号码：请"),
            (change(1, "420103198505170010"), "证件号码："),
            (change(2, "12345"), "手机号："),
            (change(2, &known), "手机号：这个手机号已经有账号了"),
            (change(3, ""), "社区：请填社区"),
            (change(3, "没有这个社区"), "社区：本辖区没有这个社区"),
            (change(3, FAR), "社区：这个社区不归您管"),
            (change(4, "飞行"), "会什么：不认得“飞行”"),
            (child, "证件号码：未满 18 岁"),
            (right, "证件号码：和第 2 行重复"),
        ];
        let lines: Vec<_> = cases.iter().map(|(line, _)| line.clone()).collect();
        let path = kept(&client, "people", &sheet(&PEOPLE, &lines));
        let page = client.get(&path).body;
        assert!(page.contains("有几处不对") && page.contains("第 3 行 A 列“姓名”："), "{page}");
        assert!(page.contains("第 14 行 B 列“证件号码”：") && !page.contains("登记这"), "{page}");
        let told = problems(&client, &path, &PEOPLE);
        assert_eq!(told.len(), cases.len());
        for ((line, said), told) in cases.iter().zip(&told) {
            assert!(told.starts_with(&plain(said)), "{line:?}: {told}");
            assert_eq!(told.is_empty(), said.is_empty(), "{line:?}: {told}");
        }
        let refused = client.post(&path, &[("key", "k")]);
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert_eq!(people_there(world), before, "nothing is in");
        // The file that came back is sent again, mended: its column of problems is passed over.
        let file = client.get(&format!("{path}/problems")).bytes;
        assert_eq!(state(&client, &kept(&client, "people", &file)), "wrong");
    });
}

#[test]
fn a_right_list_of_hours_waits_for_its_people() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let (one, two) = (volunteer(world, "李淑英", HERE), volunteer(world, "王远", NEAR));
        let number = number_of(world, &one);
        let mut sum = hour(&number_of(world, &two), "2026/3/6", "", "");
        sum[4] = "９０".to_owned();
        let lines = [
            hour(&number, "2026-03-05", "9:00", "11:00"),
            hour(&number, "2026年3月5日", "11点", "12点30分"),
            sum,
        ];
        let file = sheet(&HOURS, &lines);
        let path = kept(&client, "hours", &file);
        brought_in(&client, &path);
        assert_eq!(hours_there(world), 3);
        let mine = |who: &Actor| world.read("hours_page", who, hours::own_hours).unwrap();
        assert_eq!((mine(&one).minutes, mine(&one).imported), (0, 2), "nothing counts before the yes");
        assert_eq!(browser(world, &one).post("/v/hours", &[("said", "yes")]).status, 303);
        assert_eq!((mine(&one).by_grade, mine(&two).minutes), (vec![0, 0, 0, 210], 0));
        let again = kept(&client, "hours", &file);
        assert!(client.get(&again).body.contains("以前都登记过了"));
        client.post(&again, &[("key", "k")]);
        assert_eq!(hours_there(world), 3);
        // An export tells where they come from.
        let exported = client.get("/api/v1/exports/hours?from=2026-03-01&to=2026-03-31");
        let heads =
            [Heading { names: &["来源"], required: true }, Heading { names: &["证据等级"], required: true }];
        let others =
            ["志愿者编号", "姓名", "证件号码", "服务日期", "开始", "结束", "时长（分钟）", "服务类别"];
        let others: Vec<&str> = others.into_iter().chain(["社区", "社区代码", "到场编号"]).collect();
        let table = sheets::read(&exported.bytes, &heads, &others).unwrap();
        let texts: Vec<&str> = table.rows[0].cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!((table.rows.len(), texts), (2, vec!["表格导入", "丁 外部导入"]));
    });
}

#[test]
fn every_wrong_cell_of_hours_is_named() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let number = number_of(world, &volunteer(world, "李淑英", HERE));
        let away = number_of(world, &volunteer(world, "王远", FAR));
        let right = hour(&number, "2026-03-05", "9:00", "11:00");
        let change = |at: usize, text: &str| {
            let mut line = hour(&number, "2026-03-04", "9:00", "11:00");
            text.clone_into(&mut line[at]);
            line
        };
        let mut nothing = change(2, "");
        nothing[3].clear();
        let cases = [
            (right.clone(), ""),
            (right, "志愿者编号：和第 2 行重复"),
            (hour(&number, "2026-03-05", "10:00", "12:00"), "开始：这个人 3月5日 周四 09:00"),
            (change(0, ""), "志愿者编号：请填"),
            (change(0, "ABC"), "志愿者编号：志愿者编号是 10 位"),
            (change(0, &away), "志愿者编号：本辖区没有这位志愿者"),
            (change(1, "昨天"), "服务日期：日期不对"),
            (change(1, "2026-04-01"), "服务日期：这次服务的日子还没到"),
            (change(2, "上午"), "开始：时间不对"),
            (change(3, ""), "结束：开始和结束要么都填"),
            (change(3, "8:00"), "结束：结束要比开始晚"),
            (change(4, "121"), "时长(分钟)：时长最多 120 分钟"),
            (change(4, "两小时"), "时长(分钟)：请填时长"),
            (nothing, "时长(分钟)：请填时长"),
            (change(5, "打牌"), "服务类别：没有这个服务类别"),
            (change(6, ""), "服务内容：请写做了什么"),
            (change(7, ""), "服务单位：请写登记的单位"),
        ];
        let lines: Vec<_> = cases.iter().map(|(line, _)| line.clone()).collect();
        let path = kept(&client, "hours", &sheet(&HOURS, &lines));
        for ((line, said), told) in cases.iter().zip(problems(&client, &path, &HOURS)) {
            assert!(told.starts_with(&plain(said)) && told.is_empty() == said.is_empty(), "{line:?}: {told}");
        }
        assert_eq!(hours_there(world), 0);
    });
}

#[test]
fn hours_find_their_people_by_document_too() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let mut lines = vec![person("李淑英")];
        let path = kept(&client, "people", &sheet(&PEOPLE, &lines));
        brought_in(&client, &path);
        let heads = ["身份证号", "日期", "分钟", "类别", "内容", "单位"];
        let number = lines.pop().unwrap().remove(1);
        let line =
            [number.as_str(), "2026-03-05", "90", "打扫、环保", "扫楼道", "松园社区"].map(str::to_owned);
        let path = kept(&client, "hours", &sheet(&heads, &[line.to_vec()]));
        brought_in(&client, &path);
        assert_eq!(hours_there(world), 1, "of somebody asleep");
    });
}

#[test]
fn what_is_no_right_file_is_refused_whole() {
    on_both(|world| {
        let client = browser(world, &worker(world));
        let says = |file: &[u8], words: &str| {
            let reply = send(&client, "people", file);
            assert!(reply.status == 422 && reply.body.contains(words), "{words}: {}", reply.body);
        };
        let right = sheet(&PEOPLE, &[person("李淑英")]);
        says(b"", "请选一个文件");
        says("姓名,证件号码\n".as_bytes(), "这不是 .xlsx 表格");
        says(&right[..right.len() / 2], "这个文件坏了");
        says(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式");
        says(&sheet(&["姓名", "手机号"], &[person("李淑英")]), "缺这几列：证件号码、社区");
        says(
            &sheet(&["姓名", "证件号码", "手机号", "社区", "年收入"], &[person("李淑英")]),
            "第 1 行 E 列“年收入”不认得",
        );
        says(&sheet(&PEOPLE, &[]), "只有标题");
        says(&vec![b'P'; sheets::FILE_BYTES_MAX + 1], "文件太大了");
        let unknown = send(&client, "coins", &right);
        assert!(unknown.status == 422 && unknown.body.contains("请选表格里是"), "{}", unknown.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM import_file WHERE district = $1", &[420_103]), 0);
    });
}

#[test]
fn whose_file_and_whose_area() {
    on_both(|world| {
        let (by, other) = (worker(world), worker(world));
        let (client, other) = (browser(world, &by), browser(world, &other));
        let path = kept(&client, "people", &sheet(&PEOPLE, &[person("李淑英")]));
        for reply in [other.get(&path), other.get(&format!("{path}/problems")), other.post(&path, &[])] {
            assert_eq!(reply.status, 404);
        }
        assert_eq!(client.get(&format!("{path}/problems")).status, 404, "nothing is wrong");
        assert_eq!(client.get("/w/import/none").status, 404);
        let resident = browser(world, &people::testing::resident(world, "赵立春", HERE));
        assert_eq!(resident.get("/w/import").status, 403);
        assert_eq!(send(&resident, "people", &sheet(&PEOPLE, &[person("李淑英")])).status, 403);
        for kind in ImportKind::ALL {
            let empty = client.get(&format!("/w/import/{}.xlsx", kind.word()));
            assert_eq!((empty.status.as_u16(), empty.kind.as_str()), (200, sheets::MEDIA_TYPE));
            let reply = send(&client, kind.word(), &empty.bytes);
            assert!(reply.status == 422 && reply.body.contains("只有标题"), "{}", reply.body);
        }
        assert_eq!(client.get("/w/import/coins.xlsx").status, 404);
    });
}

#[test]
fn a_file_that_waits_for_a_day_is_forgotten_and_one_that_was_interrupted_goes_on() {
    on_both(|world| {
        let by = worker(world);
        let (client, app) = (browser(world, &by), app(world));
        let before = people_there(world);
        let waits = kept(&client, "people", &sheet(&PEOPLE, &[person("李淑英")]));
        let lines: Vec<_> = (0..250).map(|_| person("王远")).collect();
        let stopped = kept(&client, "people", &sheet(&PEOPLE, &lines));
        // As a kill between the second and the third block leaves it.
        let file: kernel::Id<super::ImportFile> = stopped.rsplit('/').next().unwrap().parse().unwrap();
        let actor = id(&by);
        world
            .db
            .write_now("import_begin", {
                let kit = std::sync::Arc::clone(&world.kit);
                move |tx| {
                    let call = journal::Call::new(&kit, people::actor(tx, actor, kit.clock.now())?);
                    super::file::begin(tx, &call, file)
                }
            })
            .unwrap();
        super::run::some_blocks(&app, file, actor, 2).unwrap();
        assert_eq!((people_there(world), state(&client, &stopped)), (before + 200, "running".to_owned()));
        tick(&app).unwrap();
        assert_eq!(people_there(world), before + 200, "somebody may still be at it");
        // Somebody of the list joins by themselves meanwhile: their phone is theirs, and their line is left out.
        let taken = vault::Phone::parse(&lines[240][2]).unwrap();
        people::testing::resident_with_phone(world, "王远", HERE, &taken);
        world.pass_minutes(2);
        tick(&app).unwrap();
        assert_eq!((people_there(world), state(&client, &stopped)), (before + 249, "done".to_owned()));
        let page = client.get(&stopped).body;
        assert!(page.contains("第 242 行：") && page.contains("已经有账号了"), "{page}");
        world.pass_minutes(25 * 60);
        tick(&app).unwrap();
        assert_eq!(state(&client, &waits), "gone");
        assert_eq!(client.post(&waits, &[("key", "k")]).status, 409);
        assert_eq!(people_there(world), before + 249);
    });
}

#[test]
fn what_turned_wrong_since_it_was_checked_keeps_everything_out() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let number = number_of(world, &volunteer(world, "李淑英", HERE));
        let first = kept(&client, "hours", &sheet(&HOURS, &[hour(&number, "2026-03-05", "9:00", "11:00")]));
        let lines =
            [hour(&number, "2026-03-04", "9:00", "11:00"), hour(&number, "2026-03-05", "10:00", "12:00")];
        let second = kept(&client, "hours", &sheet(&HOURS, &lines));
        brought_in(&client, &first);
        assert_eq!(client.post(&second, &[("key", "k")]).status, 303);
        assert_eq!((state(&client, &second), hours_there(world)), ("wrong".to_owned(), 1));
        assert!(client.get(&second).body.contains("第 3 行 C 列“开始”："));
    });
}

#[test]
fn a_worker_of_a_city_brings_in_people_of_two_districts() {
    on_both(|world| {
        let city = browser(world, &people::testing::worker(world, "冯市里", HERE, "4201"));
        let (mut far, mut more) = (person("王远"), person("赵小雪"));
        far[3] = FAR.to_owned();
        more[3] = HERE.to_owned();
        let path = kept(&city, "people", &sheet(&PEOPLE, &[person("李淑英"), far, more]));
        brought_in(&city, &path);
        let there = "SELECT COUNT(*) FROM volunteer WHERE district = $1";
        assert_eq!(world.count(there, &[420_106]), 1);
    });
}

#[test]
fn rows_pasted_from_a_sheet_go_the_same_way() {
    on_both(|world| {
        let client = browser(world, &worker(world));
        let before = people_there(world);
        let paste = |text: &str, file: &[u8]| {
            client.post_file("/w/import", &[("kind", "people"), ("paste", text)], file)
        };
        // With heads in another order, a quoted cell, and empty lines and cells round it.
        let [one, two] = ["李淑英", "王远"].map(person);
        let line =
            |person: &[String]| format!("{}\t\"{}\"\t{}\t{}\t", person[1], person[0], person[3], person[2]);
        let text = format!("\r\n身份证号\t姓名\t社区\t手机\r\n{}\r\n{}\r\n\r\n", line(&one), line(&two));
        let sent = paste(&text, b"");
        assert_eq!(sent.status, 303, "{}", sent.body);
        let path = sent.location.unwrap();
        assert!(client.get(&path).body.contains("登记这 2 行"));
        brought_in(&client, &path);
        assert_eq!(people_there(world), before + 2);
        // Without heads the columns are those of the empty sheet.
        let three = person("赵小雪");
        let bare = format!("{}\t\t{}\t{}\t{}", three[0], three[1], three[2], three[3]);
        let path = paste(&bare, b"").location.unwrap();
        assert_eq!(state(&client, &path), "checked");
        // What is wrong is said beside the rows, and they stand there still.
        for (text, file, said) in [
            (format!("{bare}\t\t\t多出来"), &b""[..], "第 1 行有 8 格"),
            ("姓名\t手机号\n李某\t1".to_owned(), b"", "证件号码"),
            (bare.clone(), b"PK", "请只留一样"),
        ] {
            let refused = paste(&text, file);
            assert_eq!(refused.status, 422, "{}", refused.body);
            let words = text.split('\t').next().unwrap();
            assert!(refused.body.contains(said) && refused.body.contains(words), "{}", refused.body);
            assert!(refused.body.contains("id=\"e-paste\""), "{}", refused.body);
            assert_eq!(refused.body.matches("id=\"summary-title\"").count(), 1, "{}", refused.body);
        }
        assert_eq!(paste("  ", b"").status, 422);
        assert_eq!(people_there(world), before + 2);
    });
}

#[test]
fn a_program_sends_the_same_file_and_reads_the_same_problems() {
    on_both(|world| {
        let client = browser(world, &worker(world));
        let before = people_there(world);
        let send = |key: &str, file: &[u8]| client.post_bytes("/api/v1/imports?sheet=people", key, file);
        let id = |reply: Reply| {
            assert_eq!(reply.status, 201, "{}", reply.body);
            reply.json()["id"].as_str().unwrap().to_owned()
        };
        let at = |id: &str| client.get(&format!("/api/v1/imports/{id}")).json();
        let begin = |id: &str, key: &str| {
            client.post_json(&format!("/api/v1/imports/{id}/begin"), key, &serde_json::json!({}))
        };
        let mut wrong = person("李淑英");
        "1".clone_into(&mut wrong[2]);
        let sent = id(send("wrong", &sheet(&PEOPLE, &[person("王远"), wrong])));
        let told = at(&sent);
        assert_eq!((told["state"].as_str(), told["wrong"].as_i64()), (Some("wrong"), Some(1)), "{told}");
        let problem = &told["problems"][0];
        assert_eq!((problem["line"].as_i64(), problem["head"].as_str()), (Some(3), Some("手机号")), "{told}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{told}");
        assert_eq!(begin(&sent, "a").json()["rule"], "import-wrong");
        let file = sheet(&PEOPLE, &[person("王远"), person("赵小雪")]);
        let sent = id(send("right", &file));
        assert_eq!(id(send("right", &file)), sent, "a repetition is the same file");
        assert_eq!(people_there(world), before, "nothing is in before the yes");
        for key in ["b", "b", "c"] {
            assert_eq!(begin(&sent, key).status, 200);
        }
        let told = at(&sent);
        assert_eq!((told["state"].as_str(), told["made"].as_i64()), (Some("done"), Some(2)), "{told}");
        assert_eq!(people_there(world), before + 2);
        assert_eq!(client.post_bytes("/api/v1/imports?sheet=people", "d", b"PK").json()["rule"], "invalid");
        assert_eq!(client.post_bytes("/api/v1/imports", "e", &file).status, 422);
        let other = browser(world, &people::testing::worker(world, "孙九九", HERE, crate::testing::STREET));
        assert_eq!(other.get(&format!("/api/v1/imports/{sent}")).status, 404, "another's file");
    });
}
