//! The chain behind a record, for auditors alone, each look noted down.

use kernel::Role;

use super::{pages::client, *};

#[test]
fn an_auditor_of_the_place_reads_the_whole_chain_and_the_person_sees_the_look() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 60);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        let resident = people::testing::resident(world, "周春分", HERE);
        tell(world, attendance, SignalKind::Served, Source::Resident, &resident);
        let record: Id<crate::ServiceRecord> = world
            .read("hours_page", &volunteer, own_hours)
            .unwrap()
            .records
            .last()
            .unwrap()
            .id
            .parse()
            .unwrap();
        world
            .write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(50)))
            .unwrap();
        world.drain(Vec::new());
        let auditor = people::testing::holder(world, "何立夏", ELSEWHERE, Role::Auditor, "420103");
        let far = people::testing::holder(world, "吕小满", ELSEWHERE, Role::Auditor, "420106");
        let page = format!("/x/hours/{record}");
        let api = format!("/api/v1/records/{record}/evidence");
        for (who, status) in [(&far, 404), (&leader, 403), (&volunteer, 403)] {
            assert_eq!(client(world, who).get(&page).status, status);
            assert_eq!(client(world, who).get(&api).status, status);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM reveal", &[]), 0);

        let before = world.statements_in_all();
        let shown = client(world, &auditor).get(&page);
        let ran = world.statements_in_all() - before;
        assert!(shown.status == 200 && ran <= 8, "{ran} statements, {}", shown.status);
        for words in ["甲级", "证人 1", "证人 2", "证据等级提高", "更正", "算当时在场"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        assert!(!shown.body.contains("[audit-") && !shown.body.contains("钱雨水"), "{}", shown.body);

        let chain = client(world, &auditor).get(&api).json();
        assert_eq!((chain["grade"].as_str(), chain["minutes"].as_i64()), (Some("a"), Some(50)));
        let signals = chain["signals"].as_array().unwrap();
        let numbers: Vec<_> = signals.iter().map(|one| one["witness_number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, [1, 1, 2]);
        assert!(signals.iter().all(|one| one["on_site"] == true && one["witness_kind"] == "other"));
        let kinds: Vec<_> =
            chain["records"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, ["service", "regrade", "regrade", "correction"]);
        // Every record's event in the home chain and every step of the presence in the place's, as they are stored.
        let events = chain["journal"].as_array().unwrap();
        let of = |kind: &str| events.iter().filter(|one| one["kind"] == kind).count();
        assert_eq!((of("record.made"), of("attendance.recorded"), of("attendance.signalled")), (4, 4, 3));
        assert_eq!(of("attendance.regraded"), 1);
        for event in events {
            let (district, seq) = (event["district"].as_i64().unwrap(), event["seq"].as_i64().unwrap());
            let stored: (Vec<u8>,) = world
                .db
                .read_now("test_look", move |tx| {
                    tx.query_one(
                        "SELECT link FROM journal WHERE district = $1 AND seq = $2",
                        db::params![district, seq],
                    )
                })
                .unwrap();
            assert_eq!(event["digest"].as_str().unwrap(), vault::hex(&stored.0));
        }
        let looks = world.read("looks_page", &volunteer, people::looks).unwrap();
        assert_eq!(looks.len(), 2);
        assert!(looks.iter().all(|look| look.field == people::Field::Evidence));
        assert_eq!(looks[0].by.as_ref().unwrap().name_masked, "何**");
        verified(world);
    });
}

#[test]
fn what_no_signal_bears_out_is_shown_as_it_is() {
    on_both(|world| {
        let (leader, volunteer, attendance) = presence(world, HERE, 60);
        let who = volunteer.person.unwrap();
        world.pass_minutes(60);
        world.write("hours_claim", &volunteer, move |tx, call| crate::claim(tx, call, attendance)).unwrap();
        world
            .write("claim_answer", &leader, move |tx, call| {
                crate::answer_claim(tx, call, attendance, Some(Minutes(30)))
            })
            .unwrap();
        let day = world.now().day();
        let record =
            world.db.read_now("test_look", move |tx| crate::records(tx, who, (day, day))).unwrap()[0].id;
        let auditor = people::testing::holder(world, "何立夏", HERE, Role::Auditor, HERE);
        let chain =
            world.write("audit_page", &auditor, move |tx, call| crate::audited(tx, call, record)).unwrap();
        assert_eq!((chain.grade.as_str(), chain.grade_by_signals.as_deref()), ("c", Some("c")));
        assert_eq!(chain.signals.iter().map(|one| one.on_site).collect::<Vec<_>>(), [false, false]);
        let kinds: Vec<_> = chain.signals.iter().map(|one| one.witness_kind.as_str()).collect();
        assert_eq!(kinds, ["self", "other"]);
        assert_eq!(chain.journal.len(), 0, "nothing is sealed yet");
        let mut unknown = record.bytes();
        unknown[15] ^= 1;
        let unknown: Id<crate::ServiceRecord> = Id::from_bytes(unknown).unwrap();
        let none = world.write("audit_page", &auditor, move |tx, call| crate::audited(tx, call, unknown));
        assert_eq!(rule(none), "missing");
    });
}

#[test]
fn the_owner_saves_a_proof_of_the_record_the_day_after_and_nobody_else() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, HERE, 60);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        world.drain(Vec::new());
        let me = client(world, &volunteer);
        let record = me.get("/api/v1/me/hours").json()["records"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/records/{record}/proof");
        assert_eq!(me.get(&path).json()["rule"], "proof-not-yet");
        world.pass_minutes(26 * 60);
        world.drain(Vec::new());
        assert_eq!(client(world, &leader).get(&path).status, 404);
        let saved = me.get(&path);
        assert_eq!(saved.status, 200, "{}", saved.body);
        let proof = journal::Proof::read(&saved.bytes).unwrap();
        assert_eq!(proof.check().unwrap().kind, "record.made");
        let minutes = proof.row.as_ref().unwrap().get("minutes").cloned();
        assert_eq!(minutes, Some(proof::Cell::Number(60)), "{}", world.engine);
        let page = me.get(&format!("/v/hours/{attendance}")).body;
        assert!(page.contains(&path), "{page}");
        // An hour that was changed by hand has no proof any more.
        let id: Id<crate::ServiceRecord> = record.parse().unwrap();
        let tamper = "UPDATE service_record SET minutes = 90 WHERE district = $1 AND id = $2";
        world
            .db
            .write_now("tamper", move |tx| tx.execute_one(tamper, db::params![id.district(), id]))
            .unwrap();
        assert_eq!(me.get(&path).json()["rule"], "proof-changed");
    });
}
