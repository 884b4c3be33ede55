// What the pages do better with scripting. Every page works without this file.
(() => {
  "use strict";
  const doc = document;

  // One press sends a form once. The server holds the same line with an idempotency key.
  const release = (form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[data-held]")) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("data-held");
    }
  };
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("data-held", "");
    }
    // What is saved as a file leaves the page as it is, and no event tells when it is there.
    if ("file" in form.dataset) setTimeout(release, 3000, form);
  }, true);
  // Back from the next page: the browser shows the old one as it was left.
  addEventListener("pageshow", () => doc.querySelectorAll("form[data-sent]").forEach(release));

  // htmx: the part of the page under way is marked busy, and focus is never lost with the old content.
  let focusedId = "";
  doc.addEventListener("htmx:before:request", (event) => {
    const ctx = event.detail.ctx;
    focusedId = doc.activeElement ? doc.activeElement.id : "";
    if (ctx.target instanceof Element) ctx.target.setAttribute("aria-busy", "true");
  });
  doc.addEventListener("htmx:finally:request", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.target instanceof Element) ctx.target.removeAttribute("aria-busy");
    doc.querySelectorAll("form[data-sent]").forEach(release);
  });
  doc.addEventListener("htmx:after:settle", (event) => {
    const scope = event.target instanceof Element ? event.target : doc;
    const wanted = scope.querySelector("[data-focus], .summary");
    if (wanted) {
      wanted.focus();
    } else if (doc.activeElement === doc.body || !doc.activeElement) {
      const same = focusedId && doc.getElementById(focusedId);
      const heading = same || scope.querySelector("h1, h2") || doc.getElementById("main");
      if (!heading) return;
      if (!same) heading.setAttribute("tabindex", "-1");
      heading.focus();
    }
  });

  // A page that came back with errors starts at the list of errors.
  const summary = doc.querySelector(".summary");
  if (summary) summary.focus();

  // Without a network one sees it before pressing a button in vain.
  const offline = doc.getElementById("offline");
  if (offline) {
    const show = () => { offline.hidden = navigator.onLine; };
    addEventListener("online", show);
    addEventListener("offline", show);
    show();
  }

  // Where one is, is asked when this button is pressed, never by itself; and sent, where the form is for that alone.
  if (navigator.geolocation) for (const form of doc.querySelectorAll("form[data-position]")) {
    const said = form.querySelector("[data-said]");
    for (const part of [form, form.querySelector("[data-asks]")]) if (part) part.hidden = false;
    form.querySelector("[data-ask]").addEventListener("click", () => {
      said.textContent = said.dataset.looking;
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const { lat, lon, accuracy } = form.elements;
        [lat.value, lon.value] = [coords.latitude, coords.longitude].map((n) => n.toFixed(6));
        if (accuracy) accuracy.value = coords.accuracy;
        said.textContent = "";
        if ("send" in form.dataset) form.requestSubmit();
      }, () => { said.textContent = said.dataset.refused; }, { enableHighAccuracy: true, timeout: 20000 });
    });
  }

  // Control and Enter send a form that says so, from whichever of its fields.
  doc.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && event.ctrlKey ? event.target.form : null;
    if (!form || !("ctrlEnter" in form.dataset)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What is asked of one kind of thing is not asked of another.
  for (const chooser of doc.querySelectorAll("[data-kinds]")) {
    const choose = () => { chooser.form.dataset.kind = chooser.value; };
    chooser.addEventListener("change", choose);
    choose();
  }

  // A text is copied where the browser lets it be; elsewhere it is marked, to be copied by hand.
  for (const button of doc.querySelectorAll("[data-copy]")) {
    const text = doc.getElementById(button.dataset.copy);
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => {
      text.select();
      navigator.clipboard.writeText(text.value);
    });
  }

  // A print button is shown only where it can work.
  for (const button of doc.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
