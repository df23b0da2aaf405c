// The board on its own: pages of the wall that turn, a siren that is off until somebody wants it, a word when it is stale.
"use strict";

const TURN_MS = 10_000;
const SILENT_MS = 8_000;
const rows = document.getElementById("rows");
const wall = document.body.classList.contains("wall");

// While lines are revealed, the wall stays where the latest one is.
function toRevealed() {
  const sheet = rows.querySelector("[data-just]");
  if (sheet) rows.dataset.shown = sheet.dataset.just;
  return Boolean(sheet);
}

if (wall) {
  document.addEventListener("htmx:sseMessage", toRevealed);
  setInterval(() => {
    const pages = rows.querySelectorAll(".sheet").length;
    if (!toRevealed()) rows.dataset.shown = String((Number(rows.dataset.shown) % Math.max(pages, 1)) + 1);
  }, TURN_MS);
}

// Something comes every second; when nothing does, what is shown is old, and says since when.
let heard = Date.now();
let lost = false;
const showStale = () => {
  const stale = document.getElementById("stale");
  if (lost) return;
  lost = true;
  stale.textContent = `✗ connection lost: stale since ${document.getElementById("stamp").textContent.trim()} UTC`;
  stale.hidden = false;
};
document.addEventListener("htmx:sseMessage", () => {
  heard = Date.now();
  lost = false;
  document.getElementById("stale").hidden = true;
});
document.addEventListener("htmx:sseError", showStale);
setInterval(() => { if (Date.now() - heard > SILENT_MS) showStale(); }, 1_000);

const siren = document.getElementById("siren");
const pager = () => document.querySelector(".ticker")?.dataset.pager || "";
let known = pager();
let sound = null;

siren.hidden = false;
siren.addEventListener("click", () => {
  sound = sound ? (sound.close(), null) : new AudioContext();
  siren.textContent = sound ? "Siren: on" : "Siren: off";
  siren.setAttribute("aria-pressed", String(Boolean(sound)));
  if (sound) wail(0.25);
});

function wail(seconds) {
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  const now = sound.currentTime;
  volume.gain.setValueAtTime(0.12, now);
  volume.gain.linearRampToValueAtTime(0, now + seconds);
  for (let at = 0; at < seconds; at += 0.5) {
    tone.frequency.setValueAtTime(520, now + at);
    tone.frequency.linearRampToValueAtTime(820, now + at + 0.25);
    tone.frequency.linearRampToValueAtTime(520, now + at + 0.5);
  }
  tone.connect(volume).connect(sound.destination);
  tone.start(now);
  tone.stop(now + seconds);
}

document.addEventListener("htmx:sseMessage", () => {
  const present = pager();
  if (sound && present && present !== known) wail(2);
  known = present;
});
