// Search as you type (WAI-ARIA combobox with a list box). The field stays an ordinary text field: what is typed is sent, and
// the server understands a code or pinyin initials by itself. input[data-combobox="URL"]; the URL answers ?q= with
// {"results": [{"value", "label", "hint"}]}. data-go makes Enter on a result submit the form.
(() => {
  "use strict";
  const WAIT = 120;
  let serial = 0;

  function build(input) {
    const id = `combobox-${++serial}`;
    const box = document.createElement("div");
    box.className = "combobox";
    const focused = document.activeElement === input; // moving a field takes its focus away
    input.replaceWith(box);
    const list = Object.assign(document.createElement("ul"), { id, className: "combobox-list", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "可选项");
    const says = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    says.setAttribute("role", "status");
    box.append(input, list, says);
    if (focused) input.focus();
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) input.setAttribute(name, value);
    return { input, list, says, at: -1, asked: 0, timer: 0 };
  }

  const options = (state) => [...state.list.querySelectorAll('[role="option"]')];

  function close(state) {
    state.list.hidden = true;
    state.at = -1;
    state.input.setAttribute("aria-expanded", "false");
    state.input.removeAttribute("aria-activedescendant");
  }

  function mark(state, index) {
    const all = options(state);
    if (!all.length) return;
    state.at = (index + all.length) % all.length;
    all.forEach((one, position) => one.setAttribute("aria-selected", String(position === state.at)));
    state.input.setAttribute("aria-activedescendant", all[state.at].id);
    all[state.at].scrollIntoView({ block: "nearest" });
  }

  function choose(state, option) {
    state.input.value = option.dataset.value;
    close(state);
    state.says.textContent = `已选 ${option.dataset.label}`;
    state.input.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { value: option.dataset.value, label: option.dataset.label } }));
    state.input.dispatchEvent(new Event("change", { bubbles: true }));
    if ("go" in state.input.dataset && state.input.form) state.input.form.requestSubmit();
  }

  function show(state, results) {
    state.list.replaceChildren(...results.map((result, index) => {
      const option = Object.assign(document.createElement("li"), { id: `${state.list.id}-${index}`, textContent: result.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = result.value;
      option.dataset.label = result.label;
      if (result.hint) option.append(Object.assign(document.createElement("small"), { textContent: result.hint }));
      return option;
    }));
    state.list.hidden = results.length === 0;
    state.input.setAttribute("aria-expanded", String(results.length > 0));
    state.says.textContent = results.length ? `${results.length} 个结果，用上下键选择` : "没有找到";
    if (results.length) mark(state, 0);
  }

  async function ask(state) {
    const words = state.input.value.trim();
    if (!words) return close(state);
    const turn = ++state.asked;
    const address = new URL(state.input.dataset.combobox, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const { results } = await answer.json();
      if (turn === state.asked && document.activeElement === state.input) show(state, results);
    } catch {
      close(state); // no answer: it stays a text field
    }
  }

  function press(state, event) {
    if (event.isComposing) return;
    const open = !state.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) mark(state, state.at + (event.key === "ArrowDown" ? 1 : -1)); else ask(state);
    } else if (event.key === "Enter" && open && state.at >= 0) {
      event.preventDefault();
      choose(state, options(state)[state.at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close(state);
    } else if (event.key === "Tab") close(state);
  }

  for (const input of document.querySelectorAll("input[data-combobox]")) {
    const state = build(input);
    input.addEventListener("input", () => { clearTimeout(state.timer); state.timer = setTimeout(() => ask(state), WAIT); });
    input.addEventListener("keydown", (event) => press(state, event));
    input.addEventListener("blur", () => setTimeout(() => close(state), 150));
    state.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest('[role="option"]');
      if (option) choose(state, option);
    });
  }
})();
