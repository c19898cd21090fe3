/* Saves the answer to the question about cookies without leaving the page; without this file the form does the same.

   Nothing changes before the server has said that it saved: then the question goes, what was accepted is taken out of its
   <template>, the button at the foot of the page that takes it back is there, and the focus goes to the content. A page that comes back as it was left is asked for anew. */
"use strict";
(() => {
  const banner = document.querySelector("[data-consent]");
  const form = banner?.querySelector("form");
  const failed = form?.querySelector(".consent-failed");
  const said = document.querySelector(".consent-saved");
  const withdrawal = document.querySelector(".consent-withdrawal");

  const saved = ({ states }) => {
    banner.remove();
    for (const part of document.querySelectorAll("template[data-purpose]")) {
      if (states[part.dataset.purpose] === "given") part.replaceWith(document.importNode(part.content, true));
      else if (states[part.dataset.purpose]) part.remove();
    }
    if (withdrawal) withdrawal.hidden = !Object.values(states).includes("given");
    said.textContent = said.dataset.said;
    document.getElementById("main").focus({ preventScroll: true });
  };

  form?.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || button.value === "choose") return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    failed.hidden = true;
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    try {
      // Whoever leaves the page at once has chosen all the same.
      const answer = await fetch(form.action, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
      if (answer.status === 409) location.reload();
      else if (answer.ok) saved(await answer.json());
      else failed.hidden = false;
    } catch {
      failed.hidden = false;
    }
    form.ariaBusy = "false";
  });

  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
