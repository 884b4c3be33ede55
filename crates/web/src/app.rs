//! The application as handlers see it: the way from a request to a use case.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Db, Failure, Fault, Outcome, Tx, params};
use journal::{Call, Kit};
use kernel::{Actor, DivisionCode, Refusal};

use crate::{Ask, Limits, Page, Site, Text};

/// Finds who is behind a session token. `people` implements it; the web only asks.
pub trait Sessions: Send + Sync {
    /// The actor of a token; a guest when it is unknown, ended or over.
    ///
    /// # Errors
    /// A [`Fault`].
    fn actor(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<Entered, Fault>;

    /// Remembers that the session was used.
    ///
    /// # Errors
    /// A [`Fault`].
    fn touch(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<(), Fault>;
}

/// Who came in.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// The actor.
    pub actor: Actor,
    /// Whether the session should be touched (at most every five minutes).
    pub touch: bool,
}

/// What this installation stands for: shown on every page.
#[derive(Clone, Debug)]
pub struct Place {
    /// The area.
    pub division: DivisionCode,
    /// Its name.
    pub name: String,
    /// Its landline.
    pub phone: String,
}

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    kit: Arc<Kit>,
    text: Text,
    place: Place,
    sessions: Box<dyn Sessions>,
    limits: Limits,
    site: Site,
    demo: bool,
}

/// What a command answers; kept under its idempotency key, so that the same key gets the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 303 with a place to go, or 200, 201 with JSON.
    pub status: u16,
    /// The place to go or the JSON.
    pub text: String,
}

impl Answer {
    /// After a form: go and look at this page.
    pub fn go(to: impl Into<String>) -> Self {
        Self { status: 303, text: to.into() }
    }

    /// From the API: what was made or done.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self { status, text: value.to_string() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status == StatusCode::SEE_OTHER {
            let to = HeaderValue::from_str(&self.text).unwrap_or(HeaderValue::from_static("/"));
            return (status, [(header::LOCATION, to)]).into_response();
        }
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.text)
            .into_response()
    }
}

impl App {
    /// Puts the application together.
    pub fn new(
        db: Db,
        kit: Arc<Kit>,
        text: Text,
        place: Place,
        sessions: Box<dyn Sessions>,
        demo: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            kit,
            text,
            place,
            sessions,
            limits: Limits::default(),
            site: Site::default(),
            demo,
        }))
    }

    /// The same, reached from outside as `site` says; before it serves anybody.
    #[must_use]
    pub fn at(mut self, site: Site) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.site = site;
        }
        self
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Clock, ids, chance, keys.
    pub fn kit(&self) -> &Arc<Kit> {
        &self.0.kit
    }

    /// The sentences.
    pub fn text(&self) -> &Text {
        &self.0.text
    }

    /// What this installation stands for.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Limits in memory.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// How it is reached from outside.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// Whether it is the demo: `/demo/…` exists.
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    fn enter(&self, tx: &mut Tx<'_>, ask: &Ask) -> Outcome<(Call, bool)> {
        let guest = Call::new(self.kit(), Actor::guest());
        let entered = match &ask.token {
            Some(token) => self.0.sessions.actor(tx, &guest, token)?,
            None => Entered::default(),
        };
        // A route that declares no access admits nobody.
        ask.access.ok_or_else(Refusal::missing)?.admit(&entered.actor)?;
        Ok((Call::new(self.kit(), entered.actor), entered.touch))
    }

    /// Runs `work` for a page or an answer that only looks, in one snapshot together with finding the actor.
    ///
    /// # Errors
    /// What `work` returned, the refusal of the route, or a fault.
    pub async fn read<T, F>(&self, ask: &Ask, name: &'static str, mut work: F) -> Outcome<(T, Page)>
    where
        F: FnMut(&mut Tx<'_>, &Call) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let (app, asked) = (self.clone(), ask.clone());
        let seen = self.db().read(name, move |tx| app.entered(tx, &asked, &mut work)).await?;
        Ok(self.shown(ask, seen))
    }

    /// Runs `work` for a page or an answer that only looks, where the look itself is noted down.
    ///
    /// # Errors
    /// What `work` returned, the refusal of the route, or a fault.
    pub async fn look<T, F>(&self, ask: &Ask, name: &'static str, mut work: F) -> Outcome<(T, Page)>
    where
        F: FnMut(&mut Tx<'_>, &Call) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let (app, asked) = (self.clone(), ask.clone());
        let seen = self.db().write(name, move |tx| app.entered(tx, &asked, &mut work)).await?;
        Ok(self.shown(ask, seen))
    }

    fn entered<T>(
        &self,
        tx: &mut Tx<'_>,
        ask: &Ask,
        work: &mut impl FnMut(&mut Tx<'_>, &Call) -> Outcome<T>,
    ) -> Outcome<(T, Call, bool)> {
        let (call, touch) = self.enter(tx, ask)?;
        Ok((work(tx, &call)?, call, touch))
    }

    fn shown<T>(&self, ask: &Ask, (value, call, touch): (T, Call, bool)) -> (T, Page) {
        if touch {
            self.touch(ask);
        }
        (value, Page::new(ask, &call.actor))
    }

    /// Remembers, behind the answer, that the session was used.
    fn touch(&self, ask: &Ask) {
        let (app, token) = (self.clone(), ask.token.clone());
        tokio::spawn(async move {
            let db = app.db().clone();
            let touched = db.write("session_touch", move |tx| {
                let call = Call::new(app.kit(), Actor::guest());
                token.as_deref().map_or(Ok(()), |token| app.0.sessions.touch(tx, &call, token))
            });
            if let Err(fault) = touched.await {
                tracing::warn!(%fault, "a session could not be touched");
            }
        });
    }

    /// Runs `work` for a form or a POST of the API: in one transaction with finding the actor and with
    /// remembering the answer under the idempotency key. The same key and content get the same answer.
    ///
    /// # Errors
    /// What `work` returned, the refusal of the route, or a fault.
    pub async fn command<F>(
        &self,
        ask: &Ask,
        name: &'static str,
        key: Option<&str>,
        digest: [u8; 32],
        mut work: F,
    ) -> Outcome<Answer>
    where
        F: FnMut(&mut Tx<'_>, &Call) -> Outcome<Answer> + Send + 'static,
    {
        if ask.cross_site {
            return Err(Refusal::conflict("cross-site").into());
        }
        let (app, asked) = (self.clone(), ask.clone());
        let key = key.map(str::to_owned).or_else(|| ask.idempotency_key.as_deref().map(str::to_owned));
        if key.is_none() && ask.api {
            return Err(Refusal::invalid("idempotency-key", "idempotency-key-missing").into());
        }
        if key.as_ref().is_some_and(|key| key.len() > IDEMPOTENCY_KEY_MAX) {
            return Err(Refusal::invalid("idempotency-key", "idempotency-key-too-long").into());
        }
        // The path too: the same key and body sent to another resource is another request.
        let request = vault::digest(&[name.as_bytes(), b" ", ask.path.as_bytes(), b" ", &digest].concat());
        let (answer, touch) = self
            .db()
            .write(name, move |tx| {
                let (call, touch) = app.enter(tx, &asked)?;
                let kept = key.as_ref().zip(call.actor.person);
                if let Some((key, person)) = kept {
                    let found: Option<([u8; 32], i64, String)> = tx.query_opt(
                        "SELECT request, status, answer FROM idempotency
                         WHERE district = $1 AND actor = $2 AND idempotency_key = $3",
                        params![person.district(), person, key],
                    )?;
                    match found {
                        Some((same, status, text)) if same == request => {
                            let answer = Answer { status: u16::try_from(status).unwrap_or(500), text };
                            return Ok::<_, Failure>((answer, touch));
                        }
                        Some(_) => return Err(Refusal::conflict("idempotency-key-reused").into()),
                        None => {}
                    }
                }
                let answer = work(tx, &call)?;
                if let Some((key, person)) = kept {
                    let kept = tx.execute(
                        "INSERT INTO idempotency (district, actor, idempotency_key, request, status, answer, at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7)
                         ON CONFLICT (district, actor, idempotency_key) DO NOTHING",
                        params![person.district(), person, key, request, i64::from(answer.status), answer.text, call.now],
                    )?;
                    // Somebody else with the same key was faster: run again and give their answer.
                    if kept == 0 {
                        return Err(Fault::Again("the idempotency key was taken meanwhile".to_owned()).into());
                    }
                }
                Ok((answer, touch))
            })
            .await?;
        if touch {
            self.touch(ask);
        }
        Ok(answer)
    }
}

/// Runs `work` as [`App::command`] does, and gives its value, which is stored nowhere: tokens, tickets, what was masked.
///
/// # Errors
/// As [`App::command`]; `told-once` (conflict) where the same key was answered before.
pub async fn secretly<T, F>(ask: &Ask, name: &'static str, digest: [u8; 32], mut work: F) -> Outcome<T>
where
    F: FnMut(&mut Tx<'_>, &Call) -> Outcome<T> + Send + 'static,
    T: Send + 'static,
{
    let slot = Arc::new(Mutex::new(None));
    let into = Arc::clone(&slot);
    ask.app
        .command(ask, name, None, digest, move |tx, call| {
            let value = work(tx, call)?;
            *into.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(Answer::go("/"))
        })
        .await?;
    let value = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Nothing came out: the answer was kept from the first time, and a secret is told once.
    value.ok_or_else(|| Failure::Refused(Refusal::conflict("told-once")))
}

/// Characters of an idempotency key at most.
const IDEMPOTENCY_KEY_MAX: usize = 128;
