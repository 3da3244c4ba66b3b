// The running count above a check list.
(() => {
  "use strict";
  for (const list of document.querySelectorAll("[data-checklist]")) {
    const tally = list.querySelector("[data-tally]");
    const show = () => { tally.textContent = String(list.querySelectorAll("input[type=checkbox]:checked").length); };
    list.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }
})();
