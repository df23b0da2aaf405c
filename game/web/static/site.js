// Small things that htmx leaves to the page: forms that empty themselves, a word when the connection is lost.
"use strict";

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (!form || !event.detail.successful) return;
  const refused = event.detail.xhr.responseText.includes('class="said bad"');
  if (form.matches("[data-clear]") && !refused) form.reset();
  // A submission that was recorded must not make the next one look like its repetition.
  const renewed = form.querySelector("[data-renew]");
  if (renewed && !refused) renewed.value = crypto.getRandomValues(new Uint32Array(2)).join("-");
});

// What failed on the way never leaves somebody without a word.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const place = event.detail.target;
    if (!place) return;
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    const said = document.createElement("p");
    said.className = "said bad";
    said.setAttribute("role", "alert");
    let words = "The game does not answer.";
    try {
      const failure = JSON.parse(event.detail.xhr.responseText);
      words = `${failure.error} ${failure.hint}`;
    } catch {
      if (status) words = `The game answered with status ${status}.`;
    }
    said.textContent = `✗ ${words}`;
    const tool = place.querySelector("#tool") || place;
    tool.querySelectorAll(":scope > .said.bad").forEach((old) => old.remove());
    tool.prepend(said);
  });
}

const stale = () => document.getElementById("stale");
document.addEventListener("htmx:sseOpen", () => { if (stale()) stale().hidden = true; });
document.addEventListener("htmx:sseError", () => { if (stale()) stale().hidden = false; });

// What is renewed while somebody writes in it keeps what was written, and where they are.
const renew = (place, text) => {
  const fields = [...place.querySelectorAll("input[name]:not([type=checkbox], [type=radio]), textarea[name]")];
  const touched = fields.filter((field) => field === document.activeElement || field.value !== field.defaultValue);
  const written = touched.map((field) => ({
    name: field.name,
    value: field.value,
    at: field === document.activeElement ? [field.selectionStart, field.selectionEnd] : null,
  }));
  htmx.swap(place, text, { swapStyle: "innerHTML" });
  for (const { name, value, at } of written) {
    const field = place.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field) continue;
    field.value = value;
    if (!at) continue;
    field.focus({ preventScroll: true });
    field.setSelectionRange(...at);
  }
  htmx.trigger(place, "htmx:sseMessage");
};

// What is renewed under a finger would swallow the click: it waits until the finger is up.
let pressed = false;
const kept = new Map();
document.addEventListener("pointerdown", () => { pressed = true; });
for (const name of ["pointerup", "pointercancel", "blur"]) {
  window.addEventListener(name, () => setTimeout(() => {
    pressed = false;
    for (const [place, text] of kept) renew(place, text);
    kept.clear();
  }));
}
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  event.preventDefault();
  kept.delete(event.target);
  if (pressed) kept.set(event.target, event.detail.data);
  else renew(event.target, event.detail.data);
});

// The answer to an earlier look, when it comes late, must not replace what was asked for since. That to a deed is always told.
let asked = null;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.id === "workbench") asked = detail.xhr;
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const late = detail.target?.id === "workbench" && detail.xhr !== asked;
  if (late && detail.requestConfig.verb === "get") detail.shouldSwap = false;
});

// Who waits looks again.
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 3_000);

// Another round is another run: everything on the page belongs to the former one.
const runShown = () => document.querySelector("[data-run]")?.dataset.run;
const runOpened = runShown();
document.addEventListener("htmx:sseMessage", () => {
  if (runOpened && runShown() && runShown() !== runOpened) location.reload();
});

// A page rings in the title, for those who look elsewhere.
const plainTitle = document.title;
document.addEventListener("htmx:sseMessage", () => {
  document.title = document.getElementById("acknowledge") ? `▲ PAGE - ${plainTitle}` : plainTitle;
});

// Where a button was replaced by what it led to, the keyboard goes on there and not at the top of the page.
document.addEventListener("htmx:afterSettle", (event) => {
  const tool = document.getElementById("tool");
  if (tool && event.detail.target?.id === "workbench" && document.activeElement === document.body) {
    tool.focus({ preventScroll: true });
  }
});
