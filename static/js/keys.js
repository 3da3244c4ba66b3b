// Keys of the staff pages: data-key on links and buttons, "/" to find, "?" for the list, arrows or j/k in tables.
// Nothing here is the only way to do something; never active while typing, in a dialog, or with Ctrl, Alt or Meta.
(() => {
  "use strict";
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")].filter((row) => row.querySelector("a, input"));

  function go(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.hasAttribute("data-current"));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.removeAttribute("data-current"));
    next.setAttribute("data-current", "");
    (next.querySelector("[data-open], a") || next.querySelector("input")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function tick() {
    const box = document.querySelector("tr[data-current] .pick");
    if (box) box.click();
    return Boolean(box);
  }

  function press(key) {
    const match = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.getClientRects().length);
    if (match) match.click();
    return Boolean(match);
  }

  // The list names what this page offers now: every button that carries a key, in the order of the page.
  function list(help) {
    const place = help.querySelector("[data-page-keys]");
    help.querySelectorAll("[data-from-page]").forEach((one) => one.remove());
    for (const one of document.querySelectorAll("[data-key]")) {
      if (!one.getClientRects().length) continue;
      const label = one.cloneNode(true);
      label.querySelectorAll("kbd").forEach((key) => key.remove());
      const term = document.createElement("dt");
      term.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key.toUpperCase() }));
      const words = Object.assign(document.createElement("dd"), { textContent: label.textContent.trim() });
      for (const part of [term, words]) { part.setAttribute("data-from-page", ""); place.before(part); }
    }
  }

  const fixed = {
    "/": () => { const field = document.getElementById("find"); if (field) { field.focus(); field.select(); } return Boolean(field); },
    "?": () => { const help = document.getElementById("key-help"); if (help) help.showModal(); return Boolean(help); },
    ArrowDown: () => { go(1); return rows().length > 0; },
    ArrowUp: () => { go(-1); return rows().length > 0; },
    j: () => { go(1); return rows().length > 0; },
    k: () => { go(-1); return rows().length > 0; },
    " ": tick,
  };

  // WCAG 2.1.4: keys of one letter can be switched off, for those who dictate or use a screen reader's own keys.
  const OFF = "hall-keys-off";
  const off = { get: () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } }, set: (value) => { try { localStorage.setItem(OFF, value ? "1" : ""); } catch { /* this page only */ } } };
  const box = document.querySelector("[data-keys-off]");
  if (box) { box.checked = off.get(); box.addEventListener("change", () => off.set(box.checked)); }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") return void leave(event.target);
    if (off.get() || typing(event.target) || document.querySelector("dialog[open]")) return;
    if ((event.key === " " || event.key === "Enter") && event.target.closest("button, summary, input")) return;
    const own = fixed[event.key];
    if (own ? own() : press(event.key.toLowerCase())) event.preventDefault();
  });

  const help = document.getElementById("key-help");
  if (help) new MutationObserver(() => { if (help.open) list(help); }).observe(help, { attributes: true, attributeFilter: ["open"] });

  // Escape leaves the search box and closes an open menu; a click elsewhere closes the menu too.
  function leave(target) {
    if (target.id === "find") target.blur();
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  document.addEventListener("click", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-rows] tbody tr");
    if (!row || row.hasAttribute("data-current")) return;
    rows().forEach((one) => one.removeAttribute("data-current"));
    row.setAttribute("data-current", "");
  });
  document.querySelectorAll("[data-key]").forEach((one) => one.setAttribute("aria-keyshortcuts", one.dataset.key));

  // Where a strip is pushed sideways or a long rail down, what is current stands in sight; the page itself does not move.
  for (const strip of document.querySelectorAll(".rail ul, .tabs")) {
    const now = strip.querySelector("[aria-current]");
    if (!now) continue;
    const [is, holds] = [now.getBoundingClientRect(), strip.getBoundingClientRect()];
    if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = is.left - holds.left - (strip.clientWidth - now.offsetWidth) / 2;
    if (is.bottom > holds.bottom) strip.scrollTop = is.top - holds.top - (strip.clientHeight - now.offsetHeight) / 2;
  }

  // On a phone the heads of a list go, and a dash without its head says nothing: the style sheet hides it there.
  for (const cell of document.querySelectorAll("[data-rows] td")) {
    if (["", "—"].includes(cell.textContent.trim()) && !cell.querySelector("input, select, button")) cell.classList.add("nothing");
  }
})();
