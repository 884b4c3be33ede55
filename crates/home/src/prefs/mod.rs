//! `/prefs`: size of letters, contrast, language. Kept in cookies of this browser for a year; nobody needs to sign in.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use web::{Answer, Ask, Choice, Failed, Fields, Language, OrFailed, Page, html, local_path, set_cookie};

/// Seconds the choice is remembered: a year.
const KEPT_SECONDS: i64 = 365 * 24 * 60 * 60;

const SIZES: [&str; 4] = ["std", "large", "elder", "max"];
const CONTRASTS: [&str; 2] = ["normal", "high"];

#[derive(Template)]
#[template(path = "prefs/templates/prefs.html")]
struct PrefsPage {
    page: Page,
    next: String,
    sizes: Vec<Choice>,
    contrasts: Vec<Choice>,
    languages: Vec<Choice>,
}

pub(crate) async fn form(
    ask: Ask,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let ((), page) = ask.app.read(&ask, "prefs_page", |_, _| Ok(())).await.or_failed(&ask)?;
    let next = match query.given("next") {
        Some(next) => local_path(next).to_owned(),
        None => came_from(&headers).unwrap_or("/").to_owned(),
    };
    let size = one_of(query.text("size"), &SIZES).unwrap_or(page.size);
    let contrast = one_of(query.text("contrast"), &CONTRASTS).unwrap_or(page.contrast);
    let language = Language::from_tag(query.text("lang")).unwrap_or(page.language());
    let choice = |group: &str, word: &str, chosen: &str| {
        let key = format!("prefs-{group}-{word}");
        Choice::new(word, page.t(&key)).with_hint(page.t(&format!("{key}-hint"))).chosen_if(chosen)
    };
    let sizes = SIZES.iter().map(|word| choice("size", word, size)).collect();
    let contrasts = CONTRASTS.iter().map(|word| choice("contrast", word, contrast)).collect();
    let languages = [(Language::Chinese, "中文"), (Language::English, "English")]
        .map(|(one, label)| Choice::new(one.tag(), label).chosen_if(language.tag()))
        .to_vec();
    let page = page.back(next.clone());
    Ok(html(StatusCode::OK, &PrefsPage { page, next, sizes, contrasts, languages }))
}

/// Sets the cookies and goes back. What is not a known word leaves its cookie as it is.
pub(crate) async fn save(ask: Ask, fields: Fields) -> Response {
    let language = Language::from_tag(fields.text("lang")).map(Language::tag);
    let chosen = [
        ("size", one_of(fields.text("size"), &SIZES)),
        ("contrast", one_of(fields.text("contrast"), &CONTRASTS)),
        ("lang", language),
    ];
    let mut response = Answer::go(local_path(fields.text("next"))).into_response();
    for (name, value) in chosen {
        if let Some(value) = value {
            set_cookie(&ask, &mut response, name, value, KEPT_SECONDS);
        }
    }
    response
}

fn one_of(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|word| *word == text)
}

/// The page of this site one came from.
fn came_from(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let path = rest.strip_prefix(text(header::HOST)?)?;
    (path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/prefs")).then_some(path)
}
