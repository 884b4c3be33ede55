//! The pages and the API, through the router.

use testkit::Client;
use web::{App, Place, Text};

use super::*;

pub(super) fn client(world: &World, actor: &Actor) -> Client {
    let text = Text::new(&[web::LOCALES, people::LOCALES, places::LOCALES, crate::LOCALES]).unwrap();
    let division = people::testing::division(HERE);
    let place = Place { division, name: "松园社区".to_owned(), phone: "027-0000".to_owned() };
    let app = App::new(world.db.clone(), world.kit.clone(), text, place, Box::new(Door), false);
    let guest = Client::guest(crate::routes().into_parts().1.with_state(app));
    guest.with_token(actor.person.unwrap().to_string())
}

/// A door for tests: the token is the person's id.
struct Door;

impl web::Sessions for Door {
    fn actor(
        &self,
        tx: &mut db::Tx<'_>,
        call: &journal::Call,
        token: &str,
    ) -> Result<web::Entered, db::Fault> {
        let actor = match token.parse() {
            Ok(person) => {
                people::actor(tx, person, call.now).map_err(|_| db::Fault::Defect("nobody".to_owned()))?
            }
            Err(_) => Actor::guest(),
        };
        Ok(web::Entered { actor, touch: false })
    }

    fn touch(&self, _: &mut db::Tx<'_>, _: &journal::Call, _: &str) -> Result<(), db::Fault> {
        Ok(())
    }
}

#[test]
fn older_records_come_page_by_page() {
    on_both(|world| {
        let (leader, volunteer, first) = served(world, ELSEWHERE, 1);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, first, None)).unwrap();
        let who = volunteer.person.unwrap();
        let division = people::testing::division(HERE);
        let witness = leader.person.unwrap();
        for _ in 0..22 {
            world.pass_minutes(24 * 60);
            world
                .write("roll_call", &leader, move |tx, call| {
                    let from = call.now - Minutes(10);
                    let engagement = Engagement {
                        id: call.id(division.district()),
                        kind: EngagementKind::Shift,
                        division,
                        category: "care".to_owned(),
                        from,
                        to: call.now,
                        apart: crate::Apart::default(),
                        no_hours: String::new(),
                    };
                    let id = open(tx, call, &engagement, who, people::testing::division(ELSEWHERE))?;
                    for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, call.now)] {
                        let source = Source::RollCall;
                        signal(tx, call, id, &Signal { kind, source, witness, device: &[], at })?;
                    }
                    confirm(tx, call, id, None)
                })
                .unwrap();
        }
        let me = client(world, &volunteer);
        let newest = me.get("/api/v1/me/hours").json();
        let next = newest["next"].as_str().unwrap();
        assert_eq!(
            (newest["records"].as_array().unwrap().len(), newest["minutes"].as_i64()),
            (20, Some(221))
        );
        let older = me.get(&format!("/api/v1/me/hours?before={next}")).json();
        assert_eq!((older["records"].as_array().unwrap().len(), older.get("next")), (3, None));
        let ids = |page: &serde_json::Value| -> Vec<String> {
            let list = page["records"].as_array().unwrap().iter();
            list.map(|record| record["id"].as_str().unwrap().to_owned()).collect()
        };
        let mut all = [ids(&newest), ids(&older)].concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!((count, all.len()), (23, 23), "each once");
        assert_eq!(me.get("/api/v1/me/hours?before=x").status, 422);
        let others = client(world, &leader).get(&format!("/api/v1/me/hours?before={next}"));
        assert_eq!(others.status, 422);
        let before = world.statements("hours_page");
        let page = me.get("/v/hours");
        assert!(world.statements("hours_page") - before <= 8);
        assert!(page.body.contains(&format!("/v/hours?before={next}")), "{}", page.body);
        assert!(me.get(&format!("/v/hours?before={next}")).body.contains("3月9日 周一"));
    });
}

#[test]
fn the_own_word_and_the_answer_go_through_the_pages() {
    on_both(|world| {
        let (worker, volunteer, id) = presence(world, ELSEWHERE, 60);
        let (_, other, second) = presence(world, ELSEWHERE, 60);
        world.pass_minutes(90);
        let (me, theirs) = (client(world, &volunteer), client(world, &worker));
        let why = format!("/v/hours/{id}");
        let page = me.get(&why);
        assert!(page.body.contains("是，我去了") && page.body.contains("没有，我没去"), "{}", page.body);
        assert!(page.body.contains("3月9日 周一 09:00"), "the day in words");
        assert_eq!(client(world, &other).get(&why).status, 404);
        assert_eq!(me.post(&why, &[("said", "perhaps")]).status, 422);
        assert_eq!(me.post(&why, &[("said", "yes")]).location.as_deref(), Some(why.as_str()));
        assert!(me.get(&why).body.contains("正等社区答复"));
        let before = world.statements("reviews_page");
        let list = theirs.get("/w/reviews");
        assert!(world.statements("reviews_page") - before <= 8);
        assert!(
            list.body.contains(&format!("href=\"{why}\"")) && list.body.contains("钱**"),
            "{}",
            list.body
        );
        let answer = format!("/w/claims/{id}");
        let wrong = theirs.post(&answer, &[("minutes", "61"), ("decision", "accept")]);
        assert!(wrong.status == 422 && wrong.body.contains("value=\"61\""), "{}", wrong.body);
        assert!(wrong.body.contains("请写 1 到 60 之间"), "{}", wrong.body);
        assert_eq!(theirs.post(&answer, &[("minutes", "x"), ("decision", "accept")]).status, 422);
        let done = theirs.post(&answer, &[("minutes", "55"), ("decision", "accept")]);
        assert_eq!(done.location.as_deref(), Some("/w/reviews"));
        let before = world.statements("why_page");
        assert!(me.get(&why).body.contains("0.91"));
        assert!(world.statements("why_page") - before <= 8);
        let word = format!("/api/v1/attendance/{second}/word");
        let api = client(world, &other).post_json(&word, "k1", &serde_json::json!({"served": false})).json();
        assert_eq!((api["reasons"][0].as_str(), api["may_say_yes"].as_bool()), (Some("denied"), Some(true)));
        let api = client(world, &other).post_json(&word, "k2", &serde_json::json!({"served": true})).json();
        assert_eq!(api["reasons"][1].as_str(), Some("claimed"), "{api}");
        let answer = format!("/api/v1/attendance/{second}/claim-answer");
        let given = theirs.post_json(&answer, "k3", &serde_json::json!({"minutes": 30})).json();
        assert_eq!(given["minutes"].as_i64(), Some(30));
    });
}

#[test]
fn a_worker_corrects_on_the_page_and_reads_by_the_api_what_waits() {
    on_both(|world| {
        let (worker, volunteer, id) = served(world, ELSEWHERE, 600);
        // Served in another district and not confirmed yet: it is on the volunteer's own list all the same.
        let before = world.statements_in_all();
        let mine = client(world, &volunteer).get("/v/hours");
        assert!(world.statements_in_all() - before <= 8);
        assert!(mine.body.contains(&format!("/v/hours/{id}")), "{}", mine.body);
        world.write("roll_call", &worker, move |tx, call| confirm(tx, call, id, None)).unwrap();
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().open.len(), 0);
        let theirs = client(world, &worker);
        let waits = theirs.get("/api/v1/reviews").json();
        assert_eq!(
            (waits["reviews"][0]["minutes"].as_i64(), waits["claims"].as_array().unwrap().len()),
            (Some(120), 0)
        );
        assert_eq!(client(world, &volunteer).get("/api/v1/reviews").status, 403);
        let page = format!("/v/hours/{id}");
        let form = theirs.get(&page);
        assert!(form.body.contains("记下更正") && form.body.contains("现在 480 分钟"), "{}", form.body);
        assert!(!client(world, &volunteer).get(&page).body.contains("记下更正"));
        let record = world.read("hours_page", &volunteer, own_hours).unwrap().records[0].id.clone();
        let send = format!("/w/hours/{id}/correct");
        let wrong = theirs.post(&send, &[("record", &record), ("minutes", "-5")]);
        assert!(wrong.status == 422 && wrong.body.contains("value=\"-5\""), "{}", wrong.body);
        assert_eq!(theirs.post(&send, &[("record", &record), ("minutes", "481")]).status, 409);
        assert_eq!(
            client(world, &volunteer).post(&send, &[("record", &record), ("minutes", "1")]).status,
            403
        );
        let done = theirs.post(&send, &[("record", &record), ("minutes", "450")]);
        assert_eq!(done.location.as_deref(), Some(page.as_str()));
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().minutes, 450);
    });
}

#[test]
fn who_checked_in_and_not_out_writes_when_they_left() {
    on_both(|world| {
        let (leader, volunteer, attendance) = presence(world, HERE, 120);
        tell(world, attendance, SignalKind::Arrived, Source::LeaderCode, &leader);
        let (path, api) = (format!("/v/hours/{attendance}"), format!("/api/v1/attendance/{attendance}/word"));
        let left =
            |who: &Actor, clock: &str| client(world, who).post(&path, &[("said", "left"), ("left", clock)]);
        let shown = |who: &Actor| client(world, who).get(&path).body;
        assert!(!shown(&volunteer).contains("name=\"left\""), "it still goes on");
        let clock = |minutes: i64| web::clock(testkit::beginning() + Minutes(minutes));
        world.pass_minutes(140);
        assert!(shown(&volunteer).contains("您几点走的？") && !shown(&leader).contains("name=\"left\""));
        for (typed, words) in [("", "请写几点几分"), ("25:00", "请写几点几分"), (&clock(151), "之间")]
        {
            let wrong = left(&volunteer, typed);
            assert!(wrong.status == 422 && wrong.body.contains(words), "{typed}: {}", wrong.body);
        }
        assert_eq!(left(&leader, &clock(100)).status, 404);
        assert_eq!(left(&volunteer, &clock(100)).status, 303);
        assert!(!shown(&volunteer).contains("name=\"left\""), "said once");
        let again = client(world, &volunteer).post_json(
            &api,
            "k",
            &serde_json::json!({"served": true, "left": clock(110)}),
        );
        assert_eq!((again.status.as_u16(), again.json()["rule"].as_str()), (409, Some("left-known")));
        assert_eq!(
            world.read("hours_page", &volunteer, own_hours).unwrap().minutes,
            0,
            "no hour by one's own word"
        );
    });
}
