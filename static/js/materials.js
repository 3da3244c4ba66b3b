// "全部已收" ticks the first choice of every line; the lines stay ordinary radio buttons.
(() => {
  "use strict";
  const button = document.querySelector("[data-all-received]");
  if (!button) return;
  document.documentElement.classList.add("scripted");
  button.addEventListener("click", () => {
    for (const radio of document.querySelectorAll('.material-lines input[type="radio"][value="received"]')) radio.checked = true;
  });
})();
