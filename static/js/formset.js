// Adds and takes away rows of a Django formset. A row of the database (it has a DELETE box) is ticked and hidden, a new one
// is emptied and hidden, so that the numbers of the other rows never move.
(() => {
  "use strict";
  for (const root of document.querySelectorAll("[data-formset]")) {
    const prefix = root.dataset.formset;
    const total = root.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const most = root.querySelector(`[name="${prefix}-MAX_NUM_FORMS"]`);
    const list = root.querySelector(`[data-rows-of="${prefix}"]`);
    const add = root.querySelector("[data-add-row]");
    const empty = root.querySelector("template[data-empty-row]");

    function renumber() {
      const shown = [...list.querySelectorAll("[data-row]:not([data-gone])")];
      shown.forEach((row, index) => { row.querySelector("[data-number]").textContent = String(index + 1); });
      add.disabled = Boolean(most) && Number(total.value) >= Number(most.value);
    }
    function remove(row) {
      const box = row.querySelector(`[name$="-DELETE"]`);
      if (box) box.checked = true;
      else row.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((field) => { if (field.type === "checkbox" || field.type === "radio") field.checked = false; else field.value = ""; });
      row.setAttribute("data-gone", "");
      renumber();
      add.focus();
    }
    add.addEventListener("click", () => {
      const holder = document.createElement("div");
      holder.append(empty.content.cloneNode(true));
      // Only ids and names carry the number; text typed by people never passes here.
      holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", total.value);
      const row = holder.firstElementChild;
      list.append(row);
      total.value = String(Number(total.value) + 1);
      renumber();
      const first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove-row]");
      if (button) remove(button.closest("[data-row]"));
    });
    root.querySelectorAll("[data-remove-row], [data-add-row]").forEach((button) => { button.hidden = false; });
    // The button ticks the box: with scripts the box itself would only say the same twice.
    root.querySelectorAll(`[name$="-DELETE"]`).forEach((box) => { const field = box.closest(`[id^="div_"]`); if (field) field.hidden = true; });
    renumber();
  }
})();
