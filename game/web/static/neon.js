// The neon sign: over the whole page until somebody says that they saw it, and a siren for those who want one.
"use strict";

// A block of its own: the names of scripts on one page are shared.
{
  const SEEN = "danceoff-neon-seen";
  const SIREN = "danceoff-siren";
  const neon = () => document.getElementById("neon");
  const siren = document.getElementById("siren");
  let sound = null;

  // A storage may be forbidden; then the sign comes again, which is the better mistake.
  function kept(store, name, value) {
    try {
      if (value !== undefined) store.setItem(name, value);
      return store.getItem(name) || "";
    } catch {
      return "";
    }
  }

  function hush() {
    if (!sound) return;
    sound.close();
    sound = null;
  }

  function wail() {
    if (sound || !window.AudioContext) return;
    sound = new AudioContext();
    const tone = sound.createOscillator();
    const sweep = sound.createOscillator();
    const depth = sound.createGain();
    const volume = sound.createGain();
    tone.type = "triangle";
    tone.frequency.value = 620;
    sweep.frequency.value = 0.5;
    depth.gain.value = 180;
    volume.gain.value = 0.12;
    sweep.connect(depth).connect(tone.frequency);
    tone.connect(volume).connect(sound.destination);
    tone.start();
    sweep.start();
  }

  function settle() {
    const lit = neon();
    const unseen = Boolean(lit) && kept(sessionStorage, SEEN) !== lit.dataset.lit;
    document.body.classList.toggle("neon-full", unseen);
    if (unseen && siren && siren.getAttribute("aria-pressed") === "true") wail();
    else hush();
    document.body.dataset.siren = sound ? "on" : "off";
  }

  document.addEventListener("click", (event) => {
    const seen = event.target.closest("[data-neon-seen], .neon a");
    if (seen && neon()) kept(sessionStorage, SEEN, neon().dataset.lit);
    if (seen) settle();
  });

  if (siren) {
    const turn = (on) => {
      siren.setAttribute("aria-pressed", String(on));
      siren.textContent = on ? "Siren: on" : "Siren: off";
      kept(localStorage, SIREN, on ? "on" : "off");
      settle();
    };
    siren.hidden = false;
    siren.addEventListener("click", () => turn(siren.getAttribute("aria-pressed") !== "true"));
    turn(kept(localStorage, SIREN) === "on");
  }

  document.body.classList.add("scripted");
  document.addEventListener("htmx:sseMessage", settle);
  settle();
}
