//! Asking: by a guest, with the voice, for somebody else, at the desk; and everything that can be wrong.

use people::testing;
use testkit::on_both;

use crate::{
    Channel, Typed,
    tests::{FAR, HERE, NEAR, browser, follow, guest, id, key, rule, submitted, typed},
};

#[test]
fn everything_wrong_is_said_in_its_own_sentence() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let cases: [(&str, Typed); 15] = [
            ("need-category-missing", Typed::default()),
            ("need-category-unknown", typed("gold")),
            ("need-risk-unknown", Typed { risk: "tigers".into(), ..typed("care") }),
            ("need-in-past", Typed { day: "2026-03-08".into(), ..typed("care") }),
            ("need-day-unknown", Typed { day: "someday".into(), ..typed("care") }),
            ("need-too-far-ahead", Typed { day: "2027-03-08".into(), ..typed("care") }),
            ("need-part-unknown", Typed { part: "noon".into(), ..typed("care") }),
            ("need-place-unknown", Typed { division: "999999999999".into(), ..typed("care") }),
            ("need-detail-too-long", Typed { detail: "长".repeat(501), ..typed("care") }),
            ("need-address-too-long", Typed { address: "长".repeat(121), ..typed("care") }),
            (
                "need-phone-wrong",
                Typed { for_name: "陈奶奶".into(), for_phone: "123".into(), ..typed("care") },
            ),
            ("need-name-missing", Typed { for_phone: "13800000001".into(), ..typed("care") }),
            ("need-name-too-long", Typed { for_name: "陈".repeat(41), ..typed("care") }),
            ("need-channel-unknown", Typed { channel: "pigeon".into(), ..typed("care") }),
            ("voice-gone", Typed { voice: "made.up".into(), ..typed("care") }),
        ];
        for (expected, typed) in cases {
            assert_eq!(rule(submitted(world, &li, typed)), expected);
        }
        assert_eq!(
            rule(submitted(world, &li, Typed { for_name: "陈4".into(), ..typed("care") })),
            "need-name-wrong"
        );
        let all = submitted(
            world,
            &li,
            Typed {
                day: "someday".into(), risk: "tigers".into(), detail: "长".repeat(501), ..typed("gold")
            },
        );
        assert_eq!(all.unwrap_err().refusal().unwrap().fields.len(), 4, "all at once");
        world.wait_until(world.now().day().at_minute(19 * 60 + 30));
        assert_eq!(
            rule(submitted(world, &li, Typed { day: "today".into(), ..typed("care") })),
            "need-too-late-today"
        );
    });
}

#[test]
fn a_guest_is_asked_to_sign_in_at_the_sending_and_loses_nothing() {
    on_both(|world| {
        let browser = guest(world);
        assert_eq!(browser.get("/need/new/when?category=care").status, 200);
        let page = browser.get(
            "/need/new/check?category=care&day=tomorrow&part=morning&detail=%E6%85%A2%E6%85%A2%E6%9D%A5",
        );
        assert!(
            page.status == 200 && page.body.contains("慢慢来") && page.body.contains("请先登录"),
            "{}",
            page.body
        );
        let sent = browser.post(
            "/need/new/check",
            &[("category", "care"), ("day", "tomorrow"), ("part", "morning"), ("detail", "慢慢来")],
        );
        let to = sent.location.expect("to sign in");
        assert!(to.starts_with("/sign-in?next=%2Fneed%2Fnew%2Fcheck%3Fcategory%3Dcare"), "{to}");
        assert!(to.contains("detail%3D%25E6%2585%25A2"), "{to}");
        assert_eq!(world.count("SELECT COUNT(*) FROM need WHERE district = $1", &[420_103]), 0);
    });
}

#[test]
fn a_wrong_screen_comes_back_with_what_was_typed() {
    on_both(|world| {
        let hers = browser(world, &testing::resident(world, "李淑英", HERE));
        let what = hers.get("/need/new/when");
        assert!(what.status == 422 && what.body.contains("请点一件要人帮忙的事"), "{}", what.body);
        let when = hers.get("/need/new/check?category=care&date=2026-03-01&part=morning&address=7%E6%A0%8B");
        assert!(when.status == 422 && when.body.contains("这个日子已经过去了"), "{}", when.body);
        assert!(when.body.contains("value=\"2026-03-01\"") && when.body.contains("7栋"), "{}", when.body);
        assert!(when.body.contains("错误："));
        let again =
            hers.post("/need/new/check", &[("category", "care"), ("day", "2026-03-01"), ("address", "7栋")]);
        assert!(again.status == 422 && again.body.contains("7栋"), "{}", again.body);
    });
}

#[test]
fn the_known_address_is_proposed() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        submitted(world, &li, typed("care")).unwrap();
        assert!(browser(world, &li).get("/need/new/when?category=care").body.contains("3栋501"));
    });
}

/// Keeps a recording; its token.
fn recording(world: &testkit::World, li: &kernel::Actor, bytes: &[u8]) -> Result<String, &'static str> {
    let bytes = bytes.to_vec();
    let kept = world.write("voice_keep", li, move |tx, call| {
        crate::voice::keep(tx, call, testing::division(HERE).district(), &bytes)
    });
    match kept {
        Ok(token) => Ok(token),
        Err(failure) => Err(failure.refusal().unwrap().fields[0].rule),
    }
}

#[test]
fn a_recording_is_a_whole_need() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        assert_eq!(recording(world, &li, b""), Err("voice-empty"));
        assert_eq!(recording(world, &li, b"<html>"), Err("voice-not-sound"));
        assert_eq!(
            recording(world, &li, &[b"OggS".as_slice(), &vec![0; 2 << 20]].concat()),
            Err("voice-too-long")
        );
        let sound = b"OggS\0\x02 help, please";
        let token = recording(world, &li, sound).unwrap();
        let need = submitted(world, &li, Typed { voice: token.clone(), ..Typed::default() }).unwrap();
        assert!(need.voice.is_some() && need.detail.is_empty());
        // Encrypted where it lies, in clear for whoever asked and for the worker, for nobody else.
        let lies: (Vec<u8>,) = world
            .db
            .read_now("testkit_count", |tx| {
                tx.query_one("SELECT content FROM blob WHERE created_at > 0", db::params![])
            })
            .map_err(|e: db::Fault| e)
            .unwrap();
        assert!(!lies.0.windows(6).any(|part| part == b"please"));
        let path = format!("/need/{}/voice", need.id);
        for who in [&li, &worker] {
            let heard = browser(world, who).get(&path);
            assert!(heard.status == 200 && heard.body.contains("help, please"));
        }
        let other = testing::volunteer(world, "王建国", HERE);
        assert_eq!(browser(world, &other).get(&path).status, 404);
        let (front, _) = token.split_once('.').unwrap();
        let guessed = Typed { voice: format!("{front}.000000000000000000000000"), ..Typed::default() };
        assert_eq!(rule(submitted(world, &other, guessed)), "voice-gone");
        // One that was never sent is forgotten after a day, the other stays.
        recording(world, &li, sound).unwrap();
        world.pass_minutes(25 * 60);
        crate::forget_recordings(&world.db, world.now()).unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM blob WHERE district = $1", &[420_103]), 1);
    });
}

#[test]
fn somebody_asks_for_somebody_else() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let child = testing::resident(world, "陈小明", FAR);
        let grandmother = Typed { for_name: "陈奶奶".into(), division: HERE.into(), ..typed("care") };
        let need = submitted(world, &li, grandmother.clone()).unwrap();
        assert_eq!(need.channel, Channel::Proxy);
        assert!(need.recipient != id(&li) && need.asked_by == id(&li));
        // From another district nobody can be registered here: the need is the asker's, and says for whom it is.
        let need = submitted(world, &child, grandmother).unwrap();
        assert_eq!((need.recipient, need.detail.as_str()), (id(&child), "陈奶奶："));
        assert_eq!(need.id.district(), testing::division(HERE).district());
        // Who is known by the phone is not registered twice.
        let phone = testing::phone();
        let sun = testing::resident_with_phone(world, "孙奶奶", HERE, &phone);
        let known = Typed { for_name: "孙奶奶".into(), for_phone: phone.as_str().into(), ..typed("care") };
        assert_eq!(submitted(world, &li, known).unwrap().recipient, id(&sun));
    });
}

#[test]
fn the_desk_writes_down_in_its_area_only() {
    on_both(|world| {
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let desk = browser(world, &worker);
        let page = desk.get("/w/needs/new");
        assert!(page.body.contains("替居民登记需求"), "{}", page.body);
        let wrong =
            desk.post("/w/needs/new", &[("channel", "phone"), ("category", "care"), ("detail", "三楼")]);
        assert!(
            wrong.status == 422 && wrong.body.contains("请写帮谁") && wrong.body.contains("三楼"),
            "{}",
            wrong.body
        );
        let fields = [
            ("key", &*key(&page)),
            ("channel", "phone"),
            ("for_name", "陈奶奶"),
            ("for_phone", "13800000009"),
            ("division", HERE),
            ("category", "care"),
        ];
        let page = follow(&desk, &desk.post("/w/needs/new", &fields));
        assert!(
            page.body.contains("data-done=\"need-posted\"") && page.body.contains("tel:13800000009"),
            "{}",
            page.body
        );
        let elsewhere = Typed {
            channel: "desk".into(),
            for_name: "陈奶奶".into(),
            division: FAR.into(),
            ..typed("care")
        };
        assert_eq!(rule(submitted(world, &worker, elsewhere.clone())), "forbidden");
        let resident = testing::resident(world, "李淑英", HERE);
        assert_eq!(
            rule(submitted(world, &resident, Typed { division: String::new(), ..elsewhere })),
            "forbidden"
        );
        assert_eq!(browser(world, &resident).get("/w/needs/new").status, 403);
    });
}

#[test]
fn the_api_takes_a_need_once() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let hers = browser(world, &li);
        let body = serde_json::json!({ "category": "care", "day": "tomorrow", "part": "morning" });
        let made = hers.post_json("/api/v1/needs", "one", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(hers.post_json("/api/v1/needs", "one", &body).json(), made.json());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(hers.get(&format!("/api/v1/needs/{id}")).json()["state"], "submitted");
        assert_eq!(hers.get("/api/v1/needs/mine").json()["needs"].as_array().unwrap().len(), 1);
        // One key on two needs is no repetition: the second must not be told "done" when nothing was.
        let second =
            hers.post_json("/api/v1/needs", "another", &body).json()["id"].as_str().unwrap().to_owned();
        let cancel =
            |id: &str| hers.post_json(&format!("/api/v1/needs/{id}/cancel"), "same", &serde_json::json!({}));
        assert_eq!(cancel(&second).status, 200);
        let reused = cancel(&id);
        assert_eq!(
            (reused.status.as_u16(), reused.json()["rule"].as_str()),
            (409, Some("idempotency-key-reused"))
        );
        let wrong = hers.post_json("/api/v1/needs", "two", &serde_json::json!({ "category": "gold" }));
        assert_eq!(
            (wrong.status.as_u16(), wrong.json()["errors"][0]["rule"].as_str()),
            (422, Some("need-category-unknown"))
        );
        assert_eq!(guest(world).post_json("/api/v1/needs", "three", &body).status, 401);
        let astray = guest(world).get("/api/v1/needs/open?after=zzz");
        assert_eq!(astray.json()["errors"][0]["rule"], "after-unreadable", "{}", astray.body);
        let other = browser(world, &testing::resident(world, "周大妈", HERE));
        assert_eq!(other.get(&format!("/api/v1/needs/{id}")).status, 404);
    });
}

/// What the form with the recording answers: status, where to, body.
fn upload(world: &testkit::World, sound: &[u8]) -> (u16, String, String) {
    let head = "--frame\r\nContent-Disposition: form-data; name=\"recording\"; filename=\"a.ogg\"\r\n\r\n";
    let body = [head.as_bytes(), sound, b"\r\n--frame--\r\n"].concat();
    let request = axum::http::Request::post("/need/new/voice")
        .header("content-type", "multipart/form-data; boundary=frame")
        .body(axum::body::Body::from(body))
        .unwrap();
    let router = crate::tests::router(world);
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let to =
            response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, to, String::from_utf8_lossy(&body).into_owned())
    })
}

#[test]
fn a_guest_records_and_goes_on_with_the_recording() {
    on_both(|world| {
        let (status, to, _) = upload(world, b"OggS\0\x02 help, please");
        assert!(status == 303 && to.starts_with("/need/new/when?voice="), "{status} {to}");
        let when = guest(world).get(&to);
        assert!(when.status == 200 && when.body.contains("name=\"voice\""), "{}", when.body);
        let check = guest(world).get(&format!("{}&day=tomorrow&part=any", to.replace("/when", "/check")));
        assert!(check.status == 200 && check.body.contains("都在录音里"), "{}", check.body);
        let (status, _, body) = upload(world, b"%PDF-1.7");
        assert!(status == 422 && body.contains("这个文件不是录音"), "{body}");
        let most = [b"OggS".as_slice(), &vec![0; crate::VOICE_BYTES_MAX - 4]].concat();
        assert_eq!(upload(world, &most).0, 303, "two megabytes are taken");
        let (status, _, body) = upload(world, &[most.as_slice(), &[0]].concat());
        assert!(status == 422 && body.contains("最多 2 MB"), "{body}");
        let (status, _, body) = upload(world, &vec![1; 3 << 20]);
        assert!(status == 422 && body.contains("最多 2 MB"), "{body}");
    });
}
