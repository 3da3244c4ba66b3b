// The wall asks for itself again every minute and swaps what it shows; without an answer the last figures stay, and it says so.
(() => {
  "use strict";
  const shown = () => document.querySelector("[data-wall]");
  const offline = (yes) => {
    const note = document.querySelector("[data-offline]");
    if (note) note.hidden = !yes;
  };
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-wall]");
      if (!fresh) throw new Error("no wall");
      shown().replaceWith(document.adoptNode(fresh));
    } catch {
      offline(true);
    }
  };
  setInterval(ask, Number(shown().dataset.wall) * 1000);
})();
