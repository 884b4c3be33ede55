//! The certificate on paper: the signed statement in words, as a PDF or a picture for who asked for it.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use db::{Fault, Outcome, Tx};
use journal::Call;
use kernel::{Minutes, Refusal};
use paper::{Attached, Certificate, Fonts};
use people::Identity;
use web::{Ask, Failed, OrFailed, Page, clock};

use super::{Held, Issued, of_ticket};
use crate::{Line, Statement, Verdict};

/// Hexadecimal digits of the statement's digest that are printed.
const DIGEST_DIGITS: usize = 16;

/// What a ticket leads to, with the name that belongs on the paper.
///
/// # Errors
/// 404 for a ticket that leads nowhere; `statement-not-as-issued` when the statement no longer holds or the person is
/// called otherwise by now.
fn printable(tx: &mut Tx<'_>, call: &Call, ticket: &str) -> Outcome<(Held, Identity)> {
    let held = of_ticket(tx, call, ticket)?;
    let Issued { code, statement } = &held.issued;
    let identity = people::identity(tx, statement.person)?;
    if !matches!(held.verdict, Verdict::Genuine(_)) || !statement.is_of(*code, &identity.name) {
        return Err(Refusal::conflict("statement-not-as-issued").into());
    }
    Ok((held, identity))
}

/// What a certificate is made as.
#[derive(Clone, Copy)]
enum Form {
    /// With the statement attached.
    Pdf,
    /// For phones that keep pictures and no files; of few services, since a picture has one long page.
    Picture,
}

/// The certificate as a file.
pub(crate) async fn pdf(ask: Ask, Path(ticket): Path<String>) -> Result<Response, Failed> {
    made(&ask, ticket, Form::Pdf).await
}

/// The certificate as a picture, which a phone keeps by a long press.
pub(crate) async fn picture(ask: Ask, Path(ticket): Path<String>) -> Result<Response, Failed> {
    made(&ask, ticket, Form::Picture).await
}

/// Services on a picture at most: two pages below each other.
pub(super) const PICTURE_LINES_MAX: usize = 40;

async fn made(ask: &Ask, ticket: String, form: Form) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "statement_pdf", move |tx, call| {
        let (held, identity) = printable(tx, call, &ticket)?;
        if matches!(form, Form::Picture) && held.issued.statement.lines.len() > PICTURE_LINES_MAX {
            let most = i64::try_from(PICTURE_LINES_MAX).unwrap_or(i64::MAX);
            return Err(Refusal::conflict("statement-picture-long").with("most", most).into());
        }
        Ok((held, identity))
    });
    let ((held, identity), page) = read.await.or_failed(ask)?;
    let words = Words { page: &page, statement: &held.issued.statement, origin: &ask.origin, form };
    let certificate = words.certificate(&held.issued.code.to_string(), &identity);
    let attached = Attached {
        statement: held.issued.statement.bytes(),
        signature: serde_json::json!({
            "algorithm": "SM2 with SM3 (GB/T 32918.2)",
            "public_key": vault::hex(held.key.as_bytes()),
            "signature": vault::hex(&held.signature),
        })
        .to_string()
        .into_bytes(),
    };
    let (year, month, day) = held.issued.statement.issued_at.day().ymd();
    let day = (i32::from(year), month.unsigned_abs(), day.unsigned_abs());
    let set = tokio::task::spawn_blocking(move || match form {
        Form::Pdf => paper::certificate(Fonts::of_the_machine(), &certificate, &attached, day),
        Form::Picture => paper::picture(Fonts::of_the_machine(), &certificate, &attached),
    })
    .await;
    let defect = |words: String| Fault::Defect(words).into();
    let bytes = set
        .map_err(|error| defect(error.to_string()))
        .and_then(|set| set.map_err(|error| defect(error.to_string())))
        .or_failed(ask)?;
    let number = &held.issued.statement.number;
    Ok(match form {
        Form::Pdf => web::download(&format!("linli-{number}.pdf"), "application/pdf", bytes),
        Form::Picture => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")];
            (headers, bytes).into_response()
        }
    })
}

/// A statement in the words of a page.
struct Words<'a> {
    page: &'a Page,
    statement: &'a Statement,
    origin: &'a str,
    form: Form,
}

impl Words<'_> {
    fn certificate(&self, code: &str, identity: &Identity) -> Certificate {
        let (page, statement) = (self.page, self.statement);
        let hours = statement.minutes().to_string();
        let fact = |key: &str, value: String| (page.t(key), value);
        let document = match identity.document_kind.as_str() {
            "" => String::new(),
            kind => page.tb(
                "paper-document",
                "kind",
                page.tw("people-document-", kind),
                "last4",
                &identity.document_last4,
            ),
        };
        let days = page.tb("cert-days-value", "first", statement.first, "last", statement.last);
        let facts = [
            fact("cert-number", statement.number.clone()),
            fact("paper-name", identity.name.clone()),
            fact("people-document-kind", document),
            fact("cert-volunteer-number", statement.volunteer_number.clone()),
            fact("cert-days", days.clone()),
            fact("cert-content", statement.content(page)),
            fact("cert-time", page.tb("cert-sum", "count", statement.lines.len(), "hours", hours.as_str())),
            fact("cert-unit", statement.unit.clone()),
        ];
        let grade = |(grade, minutes): (&String, &i64)| {
            let letter = page.t(&format!("shell-grade-{grade}"));
            let meaning = page.t(&format!("paper-grade-{grade}"));
            (letter, meaning, page.ta("cert-hours", "hours", Minutes(*minutes).to_string()))
        };
        let url = format!("{}/verify/{code}", self.origin);
        Certificate {
            lang: page.lang.split('-').next().unwrap_or_default().to_owned(),
            title: page.t("paper-title"),
            sentence: page.tb("paper-sentence", "name", &identity.name, "days", days)
                + &page.tb("cert-sum", "count", statement.lines.len(), "hours", hours.as_str())
                + &page.t("paper-stop"),
            facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            grades_title: page.t("paper-grades"),
            grades: statement.grades().iter().map(grade).collect(),
            lines_title: page.t("cert-lines"),
            heads: ["day", "time", "what", "place", "hours", "evidence"]
                .map(|one| page.t(&format!("paper-head-{one}"))),
            lines: statement.lines.iter().map(|line| self.line(line)).collect(),
            seal: (statement.unit.clone(), page.date(statement.issued_at.day())),
            notes: [
                Some(page.ta("paper-check", "url", format!("{}/verify", self.origin))),
                // A picture has nothing attached.
                matches!(self.form, Form::Pdf).then(|| {
                    page.ta("paper-offline", "url", format!("{}/transparency/check.html", self.origin))
                }),
                Some(page.t("paper-free")),
            ]
            .into_iter()
            .flatten()
            .collect(),
            code: code.to_owned(),
            url,
            digest: vault::hex(&vault::digest(&statement.bytes())).chars().take(DIGEST_DIGITS).collect(),
            missing: page.t("paper-missing"),
        }
    }

    fn line(&self, line: &Line) -> [String; 6] {
        let page = self.page;
        let grades: Vec<String> =
            line.grades.keys().map(|grade| page.t(&format!("paper-letter-{grade}"))).collect();
        [
            page.date(line.day),
            format!("{}–{}", clock(line.from), clock(line.to)),
            line.what(page),
            line.place.clone(),
            crate::fact::minutes(&line.grades).to_string(),
            grades.join(" "),
        ]
    }
}
