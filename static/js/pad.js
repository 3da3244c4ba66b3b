// The window's pad. While idle it asks whether a question waits; on a question it goes back to idle when nobody touches
// it for data-seconds. Without this script the pages refresh themselves.
(() => {
  "use strict";
  const { next, home, seconds } = document.body.dataset;
  if (next) {
    setInterval(async () => {
      try {
        const answer = await fetch(next, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (answer.status === 403) return void location.reload();
        const { url } = await answer.json();
        if (url) location.replace(url);
      } catch { /* the network is away: the next turn asks again */ }
    }, 3000);
  }
  if (home && Number(seconds)) {
    let touched = Date.now();
    for (const kind of ["keydown", "pointerdown", "scroll", "input"]) document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
    setInterval(() => {
      if (Date.now() - touched >= Number(seconds) * 1000) location.replace(home);
    }, 1000);
  }
  // Back shows nothing of the person before.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.replace(home || location.href); });
})();
