//! `/demo/outbox`: the messages that left, in the demo only, since nobody's phone rings there.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use db::Failure;
use kernel::Refusal;
use notify::Outgoing;
use web::{Ask, Failed, OrFailed, Page, html};

/// Messages on the page.
const SHOWN_MAX: i64 = 50;
/// Digits of a code.
const CODE_DIGITS: usize = 6;

#[derive(Template)]
#[template(path = "outbox/templates/outbox.html")]
struct OutboxPage {
    page: Page,
    messages: Vec<Shown>,
}

struct Shown {
    phone: String,
    at: String,
    before: String,
    code: String,
    after: String,
}

impl Shown {
    fn new(page: &Page, message: Outgoing) -> Self {
        let (before, code, after) = split(&message.text);
        Self {
            phone: message.phone.as_str().to_owned(),
            at: page.moment(message.not_before),
            before,
            code,
            after,
        }
    }
}

/// The text before the code, the code, and the text after it; no code where there are not six digits in a row.
fn split(text: &str) -> (String, String, String) {
    let mut from = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (from, c.is_ascii_digit()) {
            (None, true) => from = Some(at),
            (Some(start), false) if at - start == CODE_DIGITS => {
                let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
                return (part(0..start), part(start..at), part(at..text.len()));
            }
            (Some(_), false) => from = None,
            _ => {}
        }
    }
    (text.to_owned(), String::new(), String::new())
}

pub(crate) async fn outbox(ask: Ask) -> Result<Response, Failed> {
    if !ask.app.is_demo() {
        return Err(Failed::new(&ask, Failure::Refused(Refusal::missing())));
    }
    let (messages, page) = ask
        .app
        .read(&ask, "outbox_page", |tx, call| notify::outbox(tx, call, SHOWN_MAX))
        .await
        .or_failed(&ask)?;
    let messages = messages.into_iter().map(|message| Shown::new(&page, message)).collect();
    Ok(html(StatusCode::OK, &OutboxPage { page: page.back("/"), messages }))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_code_is_the_six_digits() {
        let parts = |text| {
            let (before, code, after) = split(text);
            [before, code, after].join("|")
        };
        assert_eq!(parts("码是 012345,5 分钟"), "码是 |012345|,5 分钟");
        assert_eq!(parts("19900000001 654321"), "19900000001 |654321|");
        assert_eq!(parts("明天 09:00"), "明天 09:00||");
    }
}
