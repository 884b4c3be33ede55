use super::catalogue;
use crate::{Rule, TransactionWatch};

const LOCK: &str = "SELECT version FROM person WHERE id = $1 AND district = $2 FOR UPDATE";
const WRITE: &str =
    "INSERT INTO attendance (district, id, shift, person, state) VALUES ($1, $2, $3, $4, 'due')";
const READ: &str = "SELECT name FROM person WHERE district = $1";

fn watch(name: &str, seen: &[(&str, &[i64])]) -> TransactionWatch {
    let catalogue = catalogue();
    let mut watch = TransactionWatch::new(name);
    for (statement, parameters) in seen {
        let shape = catalogue.check(statement).expect(statement);
        watch.saw(&shape, |number| parameters.get(number as usize - 1).copied());
    }
    watch
}

#[test]
fn one_district_is_always_allowed_and_reads_do_not_count() {
    let watch = watch("check_in", &[(LOCK, &[7, 330106]), (WRITE, &[330106, 1, 2, 3]), (READ, &[310101])]);
    assert_eq!(watch.districts().iter().copied().collect::<Vec<_>>(), [330106]);
    watch.finish(&[]).expect("one district");
}

#[test]
fn two_districts_need_a_place_on_the_list_and_three_are_refused() {
    let two: &[(&str, &[i64])] = &[(LOCK, &[7, 310101]), (WRITE, &[330106, 1, 2, 3])];
    let refused = watch("sign_up", two).finish(&["confirm"]).expect_err("two");
    assert_eq!(refused.rule, Rule::TransactionOfTwoDistricts);
    assert!(refused.to_string().contains("sign_up"), "{refused}");
    watch("sign_up", two).finish(&["sign_up"]).expect("on the list");
    let three: &[(&str, &[i64])] = &[(LOCK, &[7, 310101]), (WRITE, &[330106, 1, 2, 3]), (LOCK, &[7, 110101])];
    assert!(watch("sign_up", three).finish(&["sign_up"]).is_err());
}

#[test]
fn every_row_of_an_insert_is_seen_and_literals_count() {
    let rows = "INSERT INTO project (district, id, title) VALUES ($1, $2, 'a'), ($3, $4, 'b')";
    assert!(watch("import", &[(rows, &[330106, 1, 330106, 2])]).finish(&[]).is_ok());
    assert!(watch("import", &[(rows, &[330106, 1, 330107, 2])]).finish(&[]).is_err());
    let literal = "UPDATE job SET tries = 0 WHERE district = 330106";
    assert!(watch("retry", &[(literal, &[]), (WRITE, &[310101, 1, 2, 3])]).finish(&[]).is_err());
}

#[test]
fn a_district_that_cannot_be_read_is_refused() {
    let refused = watch("odd", &[(WRITE, &[])]).finish(&["odd"]).expect_err("no parameter");
    assert_eq!(refused.rule, Rule::DistrictParameterMissing);
}
