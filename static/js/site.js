/* Small comforts; every page works without this file. No innerHTML and no eval, so it is clean under Trusted Types.

   [data-focus]        takes the focus when the page opens (the error summary)
   [data-poll="URL"]   is renewed from URL (an HTML fragment) while it is on screen, until a fragment comes that holds
                       [data-poll-end]. Mark what should be read out with aria-live inside it.
   form[data-once]     is sent once, however often its button is pressed */
"use strict";
(() => {
  document.querySelector("[data-focus]")?.focus();

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  // Back in the history the form may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  for (const part of document.querySelectorAll("[data-poll]")) {
    let wait = 2000;
    const later = () => setTimeout(look, wait);
    const renew = (page) => {
      // What the person is using is left alone until the next time.
      if (!page || words(page.body) === words(part) || part.contains(document.activeElement)) return false;
      part.replaceChildren(...page.body.childNodes);
      return true;
    };
    const look = () => {
      if (document.hidden) return later();
      // Asks for a parsed document: no string of HTML is ever handled.
      const call = new XMLHttpRequest();
      call.open("GET", part.dataset.poll);
      call.responseType = "document";
      call.timeout = 10000;
      call.onloadend = () => {
        if (call.status === 200) wait = renew(call.response) ? 2000 : Math.min(wait * 1.2, 20000);
        if (call.status < 400 && !part.querySelector("[data-poll-end]")) later();
      };
      call.send();
    };
    if (!part.querySelector("[data-poll-end]")) later();
  }
})();
