// A form with data-once is sent once: its buttons rest until the answer comes. The server's idempotency key remains the
// real guard; this only spares the person at the window the doubt. Also: the error summary takes the focus.
(() => {
  "use strict";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    // After this turn, or the pressed button's own name and value would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button:not([type=button])")) {
        button.setAttribute("aria-disabled", "true");
        if (button === event.submitter) button.setAttribute("aria-busy", "true");
      }
    });
  });
  // Back from history: the page is as it was left, so the form must work again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-once][data-sent]")) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-busy"); });
    }
  });
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
