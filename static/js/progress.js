// Renews the part of a request's page that changes, while the request is open; without this file, "Look again" does it.
// XMLHttpRequest parses the answer itself (responseType "document"): no text is ever turned into markup by us.
"use strict";
(() => {
  const place = document.querySelector("[data-progress-from]");
  const says = document.querySelector("[data-progress-says]");
  if (!place) return;
  const FIRST = 2000;
  const LONGEST = 30000;
  let wait = FIRST;

  const part = (root) => root.querySelector("[data-progress]");
  const later = () => window.setTimeout(look, wait);

  const renew = (fresh) => {
    const shown = part(place);
    if (!shown.isEqualNode(fresh) && shown.textContent !== fresh.textContent) {
      shown.replaceWith(document.importNode(fresh, true));
      if (says && shown.dataset.progressLabel !== fresh.dataset.progressLabel) says.textContent = fresh.dataset.progressLabel;
      wait = FIRST;
    } else {
      wait = Math.min(wait * 1.5, LONGEST);
    }
    // The end may bring a receipt or a download that lie outside this part: show the page whole, once.
    if ("progressOpen" in fresh.dataset) later();
    else window.location.reload();
  };

  const look = () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    const asked = new XMLHttpRequest();
    asked.open("GET", place.dataset.progressFrom);
    asked.responseType = "document";
    asked.timeout = 10000;
    asked.onload = () => {
      const fresh = asked.response && part(asked.response);
      if (fresh) renew(fresh);
      // Signed out, or the account is gone with the erasure: the follow page needs no sign-in.
      else if (asked.status < 500) window.location.replace(place.dataset.progressElse);
      else later();
    };
    asked.onerror = asked.ontimeout = later;
    asked.send();
  };

  later();
})();
