//! What an outsider can check of a certificate with files alone.

use linli_verify::{Evidence, Finding, Verdict as Outside};
use proof::{Published, Trust};

use super::*;

/// What somebody keeps: roots, the list of what was taken back.
fn kept(world: &World) -> (Trust, String) {
    let keys = std::sync::Arc::clone(&world.kit);
    let roots =
        world.read("roots", &Actor::guest(), move |tx, _| Ok(journal::roots_file(tx, &keys.keys)?)).unwrap();
    let list = client(world).get("/transparency/revoked.txt");
    assert_eq!(list.status, 200);
    (Trust::of_roots(&Published::parse(&roots).unwrap()), list.body)
}

fn held(files: &[&[u8]], kept: &(Trust, String)) -> (Outside, Vec<Finding>) {
    let mut evidence = Evidence::default();
    for file in files {
        evidence.read(file.to_vec()).unwrap();
    }
    evidence.verdict(Some(&kept.0), Some(&kept.1))
}

#[test]
fn the_paper_and_its_proof_are_enough_without_us() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let person = volunteer.person.unwrap();
        record(world, person, 95, "a", None);
        let guest = client(world);
        let me = guest.with_token(person.to_string());
        let shown = me.post("/v/cert", &[("scope", "all")]).location.unwrap();
        let pdf = me.get(&format!("{shown}/linli.pdf")).bytes;
        let code =
            me.get(&shown).body.split("data-code=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let path = format!("/api/v1/verify/{code}/proof");
        // The day is not over: there is nothing to show yet, and the page offers nothing.
        let early = guest.get(&path);
        assert_eq!(
            (early.status.as_u16(), early.json()["type"].as_str()),
            (409, Some("/problems/proof-not-yet"))
        );
        assert!(!guest.get(&format!("/verify/{code}")).body.contains(&path));
        world.drain(Vec::new());
        world.pass_minutes(24 * 60 + 90);
        world.drain(Vec::new());
        assert!(guest.get(&format!("/verify/{code}")).body.contains(&path));
        let proof = guest.get(&path);
        assert_eq!(proof.status, 200, "{}", proof.body);
        let known = kept(world);
        let (verdict, findings) = held(&[&pdf, &proof.bytes], &known);
        assert_eq!(verdict, Outside::Genuine, "{}: {findings:?}", world.engine);
        let says = |wanted: fn(&Finding) -> bool| findings.iter().any(wanted);
        assert!(
            says(|one| matches!(one, Finding::KeptRoot)) && says(|one| matches!(one, Finding::NotRevoked(_)))
        );
        assert!(says(|one| matches!(one, Finding::WithAllDistricts)));
        let said = {
            let mut evidence = Evidence::default();
            evidence.read(proof.bytes.clone()).unwrap();
            evidence.said().unwrap()
        };
        assert_eq!((said.minutes().0, said.name.as_str(), said.unit.is_empty()), (95, "陈**", false));
        // The proof of another certificate proves nothing of this one.
        let other = me.post("/v/cert", &[("scope", "all"), ("key", "again")]).location.unwrap();
        let other = me.get(&format!("{other}/linli.pdf")).bytes;
        let (verdict, findings) = held(&[&other, &proof.bytes], &known);
        assert!(verdict == Outside::False && findings.contains(&Finding::OtherStatement), "{findings:?}");
        // Whatever is changed in the file is found.
        for (text, instead) in [("95", "96"), ("\"index\": 0", "\"index\": 1"), ("陈**", "王**")] {
            let changed = proof.body.replacen(text, instead, 1);
            assert_ne!(changed, proof.body, "{text}");
            assert_eq!(held(&[changed.as_bytes()], &known).0, Outside::False, "{text}");
        }
        // Somebody else's key and roots vouch for nothing.
        let stranger = vault::Keys::generate(vault::Suite::International, &mut rand::rng()).unwrap();
        let stranger = Trust::of_key(&vault::hex(stranger.public_key().as_bytes())).unwrap();
        assert_eq!(held(&[&pdf, &proof.bytes], &(stranger, known.1.clone())).0, Outside::False);
        // Taken back: the next list says so, and no proof is given any more.
        let found: Code = code.parse().unwrap();
        world.write("revoke", &worker, move |tx, call| revoke(tx, call, found, "时长弄错了")).unwrap();
        let later = kept(world);
        let (verdict, findings) = held(&[&pdf, &proof.bytes], &later);
        let day = world.now().day();
        assert!(verdict == Outside::False && findings.contains(&Finding::Revoked(day)), "{findings:?}");
        assert_eq!(guest.get(&path).status, 409);
        let forged = (later.0.clone(), later.1.replacen("linli-revoked 1", "linli-revoked 0", 1));
        assert_ne!(forged.1, later.1);
        let findings = held(&[&pdf], &forged).1;
        assert!(findings.contains(&Finding::BadList), "{findings:?} {}", forged.1);
    });
}
