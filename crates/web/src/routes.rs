//! The list of routes: what each is and who may use it, complete by construction.

use axum::{
    Extension, Router,
    handler::Handler,
    http::Method,
    routing::{self, MethodRouter},
};
use kernel::{Action, Actor, Refusal};
use utoipa::openapi::{OpenApi, OpenApiBuilder};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::App;

/// Who may use a route. Finer questions (which place, whose) are the use case's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Guest,
    /// Anyone who is signed in.
    SignedIn,
    /// Who holds a role that allows the action somewhere.
    Staff(Action),
}

/// Whether a person or a program reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTML.
    Page,
    /// JSON, described in the OpenAPI document.
    Api,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// The pattern, with `{id}`.
    pub path: String,
    /// Page or API.
    pub kind: Kind,
    /// Who may use it.
    pub access: Access,
}

impl Access {
    /// Whether `actor` may use the route at all.
    ///
    /// # Errors
    /// Sign in first, or forbidden.
    pub fn admit(self, actor: &Actor) -> Result<(), Refusal> {
        match self {
            Self::Guest => Ok(()),
            Self::SignedIn => actor.signed_in().map(drop),
            Self::Staff(action) => {
                actor.signed_in()?;
                let holds = actor.grants.iter().any(|grant| grant.role.allows(action));
                if holds { Ok(()) } else { Err(Refusal::forbidden()) }
            }
        }
    }
}

/// Routes being collected.
#[derive(Default)]
pub struct Routes {
    list: Vec<Route>,
    router: Router<App>,
    api: OpenApi,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self { list: Vec::new(), router: Router::new(), api: OpenApiBuilder::new().build() }
    }

    /// A page that is looked at. It changes nothing.
    #[must_use]
    pub fn get<H, T>(self, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.page(Method::GET, path, access, routing::get(handler))
    }

    /// A form that is sent.
    #[must_use]
    pub fn post<H, T>(self, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.page(Method::POST, path, access, routing::post(handler))
    }

    fn page(mut self, method: Method, path: &str, access: Access, handler: MethodRouter<App>) -> Self {
        self.list.push(Route { method, path: path.to_owned(), kind: Kind::Page, access });
        self.router = self.router.route(path, handler.layer(Extension(access)));
        self
    }

    /// An operation of the API: `utoipa_axum::routes!(handler)`.
    #[must_use]
    pub fn api(mut self, access: Access, (schemas, paths, handler): UtoipaMethodRouter<App>) -> Self {
        for (path, item) in &paths.paths {
            let methods = [(Method::GET, &item.get), (Method::POST, &item.post)];
            for (method, _) in methods.into_iter().filter(|(_, operation)| operation.is_some()) {
                self.list.push(Route { method, path: path.clone(), kind: Kind::Api, access });
            }
            self.router = self.router.route(path, handler.clone().layer(Extension(access)));
        }
        for (path, item) in paths.paths {
            match self.api.paths.paths.get_mut(&path) {
                Some(there) => there.merge_operations(item),
                None => drop(self.api.paths.paths.insert(path, item)),
            }
        }
        self.api.components.get_or_insert_default().schemas.extend(schemas);
        self
    }

    /// These and the others.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self.api.merge(other.api);
        self
    }

    /// Every route declared so far.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// The list, the router, and the OpenAPI document of the API routes.
    pub fn into_parts(self) -> (Vec<Route>, Router<App>, OpenApi) {
        (self.list, self.router, self.api)
    }
}
