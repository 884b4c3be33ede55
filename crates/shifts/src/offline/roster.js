// The leader's roster without network: notes who came and went with both clocks of the phone, and brings the notes back.
(() => {
  "use strict";
  const doc = document;
  const fresh = JSON.parse(doc.getElementById("roster-kept").textContent);
  const store = "linli-roster " + fresh.shift;
  const here = "/team/shifts/" + fresh.shift + "/offline";
  const load = Math.floor(Math.random() * 2 ** 48);
  const clocks = () => [Date.now(), Math.round(performance.now()), load];
  const words = fresh.words;

  // Of the roster that is under way nothing is lost by looking again; a new one begins where nothing waits.
  let state = JSON.parse(localStorage.getItem(store) || "null");
  const isOver = (state) => Date.now() - state.issued[0] > fresh.good_ms;
  if (!state || (state.notes.length === 0 && state.text !== fresh.text) || isOver(state)) {
    state = { text: fresh.text, signature: fresh.signature, issued: clocks(), notes: [] };
  }
  const save = () => localStorage.setItem(store, JSON.stringify(state));
  save();
  // Whose place on the page is which place on the roster under way.
  const shown = JSON.parse(fresh.text).people;
  const places = shown.map((id) => JSON.parse(state.text).people.indexOf(id));

  const status = doc.getElementById("roster-status");
  const say = (word, done) => {
    status.querySelector("b").textContent = words[word].replace("%", String(state.notes.length));
    status.dataset.state = word;
    if (done) status.dataset.done = done;
  };
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    doc.querySelectorAll("[data-note]").forEach((button) => {
      const [at, kind] = button.dataset.note.split("-").map(Number);
      const note = state.notes.find((one) => one[0] === places[at] && one[1] === kind);
      const clock = note && new Date(note[2]);
      button.setAttribute("aria-pressed", String(Boolean(note)));
      button.disabled = places[at] < 0;
      button.querySelector("small").textContent = note ? two(clock.getHours()) + ":" + two(clock.getMinutes()) : "";
    });
    doc.getElementById("roster-send").hidden = state.notes.length === 0;
  };
  doc.querySelectorAll("[data-note]").forEach((button) => button.addEventListener("click", () => {
    const [at, kind] = button.dataset.note.split("-").map(Number);
    const before = state.notes.length;
    // The same button again takes the note back.
    state.notes = state.notes.filter((one) => !(one[0] === places[at] && one[1] === kind));
    if (state.notes.length === before) state.notes.push([places[at], kind, ...clocks()]);
    save();
    show();
    say(state.notes.length ? "waiting" : "kept");
  }));

  const sync = async () => {
    const body = { text: state.text, signature: state.signature, issued: state.issued, sent: clocks(), notes: state.notes };
    try {
      const answer = await fetch("/api/v1/shifts/" + fresh.shift + "/roster", {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": load + " " + Date.now() },
        body: JSON.stringify(body),
      });
      const told = await answer.json();
      if (!answer.ok) {
        say("failed");
        doc.getElementById("roster-why").textContent = told.detail || told.title || "";
        return;
      }
      say(told.late ? "sent-late" : "sent", "roster-synced");
      doc.getElementById("roster-why").textContent = "";
      localStorage.removeItem(store);
      doc.querySelectorAll("[data-note], #roster-send").forEach((button) => { button.disabled = true; });
      navigator.serviceWorker?.controller?.postMessage({ forget: true });
    } catch {
      say("waiting");
    }
  };
  doc.getElementById("roster-send").addEventListener("click", sync);
  addEventListener("online", () => { if (state.notes.length) sync(); });

  show();
  doc.getElementById("roster").hidden = false;
  if (state.notes.length) say("waiting"); else say("keeping");
  if (!navigator.serviceWorker) { say("unkept"); return; }
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (state.notes.length === 0 && !status.dataset.done) say(event.data.kept ? "kept" : "unkept");
  });
  if (!navigator.onLine) return;
  navigator.serviceWorker.register(here + "/worker.js", { scope: here }).then(() => navigator.serviceWorker.ready)
    .then((registration) => {
      const files = [...doc.querySelectorAll("link[href^='/'], script[src], img[src^='/']")];
      const icons = [...doc.querySelectorAll("use")].map((use) => use.getAttribute("href").split("#")[0]);
      const paths = new Set([here, ...files.map((one) => one.getAttribute("href") || one.getAttribute("src")), ...icons]);
      registration.active.postMessage({ keep: [...paths] });
    }).catch(() => say("unkept"));
})();
