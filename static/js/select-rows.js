// Rows of a list chosen for one action: form[data-select-rows] with .pick boxes, one data-all box, a .bulk bar and its <output>.
// Without script the bar is simply always there. Shift-click takes the rows between.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("[data-select-rows]")) {
    const all = form.querySelector(".pick[data-all]");
    const boxes = [...form.querySelectorAll(".pick:not([data-all])")];
    const bar = form.querySelector(".bulk");
    if (!bar) continue;
    const says = bar.querySelector("output");
    let last = null;

    function show() {
      const chosen = boxes.filter((box) => box.checked).length;
      bar.hidden = chosen === 0;
      if (says) says.textContent = `已选 ${chosen} 件`;
      if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
    }
    boxes.forEach((box, index) => box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = [Math.min(last, index), Math.max(last, index)];
        boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      }
      last = index;
      show();
    }));
    if (all) all.addEventListener("click", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
    form.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }
})();
