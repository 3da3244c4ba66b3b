// Adds up the weights of the lines of a scheme while they are typed; bonus lines do not count.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("[data-weight-sum]")) {
    const shown = form.querySelector("[data-sum]");
    function add() {
      let sum = 0;
      for (const row of form.querySelectorAll("[data-row]:not([data-gone])")) {
        const weight = row.querySelector("[data-weight]");
        const bonus = row.querySelector("[name$='-bonus']");
        if (weight && !(bonus && bonus.checked)) sum += Number(weight.value) || 0;
      }
      shown.textContent = String(sum);
    }
    form.addEventListener("input", add);
    form.addEventListener("click", () => setTimeout(add));
    add();
  }
})();
