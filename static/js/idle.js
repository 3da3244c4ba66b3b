// The shared window PC: after body[data-idle-seconds] without a key or a click, log out. A minute before, ask.
// Tabs of one browser share the clock through localStorage; the server's own time-out stands whatever happens here.
(() => {
  "use strict";
  const seconds = Number(document.body.dataset.idleSeconds);
  const dialog = document.getElementById("idle");
  const logout = document.getElementById("logout");
  if (!seconds || !dialog || !logout) return;
  const left = document.getElementById("idle-left");
  const NOTICE = Math.min(60, seconds / 2);
  const KEY = "hall-last-touch";
  const shared = {
    get: () => { try { return Number(localStorage.getItem(KEY)) || 0; } catch { return 0; } },
    set: (at) => { try { localStorage.setItem(KEY, String(at)); } catch { /* private mode: this tab alone */ } },
  };
  let touched = Date.now();
  shared.set(touched);

  function touch() {
    if (dialog.open || Date.now() - touched < 1000) return;
    touched = Date.now();
    shared.set(touched);
  }
  for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, touch, { passive: true, capture: true });
  dialog.addEventListener("close", () => { touched = 0; touch(); });

  // Someone who fills a long form is not idle, though no page is asked for: tell the server, once a minute at most.
  const alive = document.body.dataset.aliveUrl;
  let told = Date.now();
  function tell() {
    if (!alive || touched <= told || Date.now() - told < 60000) return;
    told = Date.now();
    const token = logout.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(alive, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => { /* the next touch tells again */ });
  }

  setInterval(() => {
    tell();
    const last = Math.max(touched, shared.get());
    const rest = Math.ceil(seconds - (Date.now() - last) / 1000);
    if (rest <= 0) return void logout.requestSubmit();
    if (rest > NOTICE) { if (dialog.open) dialog.close(); return; }
    left.textContent = String(rest);
    if (!dialog.open) { document.querySelectorAll("dialog[open]").forEach((one) => one.close()); dialog.showModal(); }
  }, 1000);
})();
