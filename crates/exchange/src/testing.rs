//! What the tests of both halves share.

use std::sync::Arc;

use kernel::{Actor, Id, Person};
use people::testing;
use sheets::{Heading, Table};
use testkit::{Client, World};
use web::{App, Place, Text};

pub(crate) const HERE: &str = "420103002001";
/// A community of the same street.
pub(crate) const NEAR: &str = "420103002002";
/// A community of another street.
pub(crate) const THERE: &str = "420103001005";
/// A community of another district.
pub(crate) const FAR: &str = "420106001001";
pub(crate) const STREET: &str = "420103002";

pub(crate) fn id(actor: &Actor) -> Id<Person> {
    actor.person.unwrap()
}

/// The application over a world, with the sentences of every area that this one asks.
pub(crate) fn app(world: &World) -> App {
    let text = Text::new(&[web::LOCALES, people::LOCALES, hours::LOCALES, needs::LOCALES, crate::LOCALES]);
    let place = Place {
        division: testing::division(STREET),
        name: "松园街道".to_owned(),
        phone: "027-0000".to_owned(),
    };
    App::new(world.db.clone(), Arc::clone(&world.kit), text.unwrap(), place, Box::new(testing::ById), false)
}

/// A browser of somebody, with the pages of this crate, of the people and of the hours.
pub(crate) fn browser(world: &World, actor: &Actor) -> Client {
    let routes = crate::routes().and(people::routes()).and(hours::routes());
    Client::guest(routes.into_parts().1.with_state(app(world))).with_token(id(actor).to_string())
}

/// A worker of the street who lives in it.
pub(crate) fn worker(world: &World) -> Actor {
    testing::worker(world, "冯九九", HERE, STREET)
}

/// What a file says, row by row, in the order of its headings.
pub(crate) fn rows(file: &[u8], headings: &[Heading]) -> Vec<Vec<String>> {
    let Table { rows, .. } = sheets::read(file, headings, &[]).unwrap();
    rows.into_iter().map(|row| row.cells.into_iter().map(|cell| cell.text).collect()).collect()
}
