// Native dialogs: data-confirm="id" on a submit button asks first; data-dialog="id" opens; data-close closes.
// Without script the button submits and the server asks on a page of its own.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const asks = event.target.closest("[data-confirm], [data-dialog]");
    if (asks) {
      const dialog = document.getElementById(asks.dataset.confirm || asks.dataset.dialog);
      // A form that is not complete shows its own errors before any question is asked.
      if (!dialog || (asks.form && !asks.form.noValidate && !asks.form.reportValidity())) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closes = event.target.closest("[data-close]");
    if (closes) closes.closest("dialog").close();
  });
})();
