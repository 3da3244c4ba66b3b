// The registration page: fields follow the kind of applicant; "全部已收" ticks the first choice of every line.
(() => {
  "use strict";
  const kinds = document.querySelectorAll('.register input[name="kind"]');
  const papers = document.querySelector('.register select[name="identity_kind"]');
  // An organisation has a contact and a representative, and one kind of document; a person has neither.
  const turn = (chosen) => {
    const organisation = chosen === "organisation";
    for (const name of ["contact_name", "legal_representative"]) {
      const field = document.getElementById(`div_id_${name}`);
      if (field) field.hidden = !organisation;
    }
    if (papers && (papers.value === "uscc") !== organisation) papers.value = organisation ? "uscc" : "resident";
  };
  for (const kind of kinds) {
    if (kind.checked) turn(kind.value);
    kind.addEventListener("change", () => turn(kind.value));
  }
  const button = document.querySelector("[data-all-received]");
  if (!button) return;
  document.documentElement.classList.add("scripted");
  button.addEventListener("click", () => {
    for (const radio of document.querySelectorAll('.material-lines input[type="radio"][value="received"]')) radio.checked = true;
  });
})();
