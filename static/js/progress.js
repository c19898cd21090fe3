/* Renews the part of a request's page that changes; without this file the link "Look again" does the same.

   [data-poll="URL"] is asked for again while it is on screen, until an answer holds [data-poll-end]. The answer comes as a
   parsed document, so no string of HTML is ever handled: clean under Trusted Types. */
"use strict";
(() => {
  const FIRST = 2000;
  const LONGEST = 20000;
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

  for (const part of document.querySelectorAll("[data-poll]")) {
    let wait = FIRST;
    const later = () => setTimeout(look, wait);
    // What the person is using at the moment is left alone until the next time.
    const inUse = () => part.contains(document.activeElement);
    const look = () => {
      if (document.hidden) {
        document.addEventListener("visibilitychange", look, { once: true });
        return;
      }
      const call = new XMLHttpRequest();
      call.open("GET", part.dataset.poll);
      call.responseType = "document";
      call.timeout = 10000;
      call.onloadend = () => {
        const fresh = call.status === 200 ? call.response?.body : null;
        if (fresh && words(fresh) !== words(part) && !inUse()) {
          part.replaceChildren(...fresh.childNodes);
          wait = FIRST;
        } else {
          wait = Math.min(wait * 1.2, LONGEST);
        }
        // A refusal is final; no answer at all is a network that may come back.
        if (!(call.status >= 400 && call.status < 500) && !part.querySelector("[data-poll-end]")) later();
      };
      call.send();
    };
    later();
  }
})();
