/* Small comforts; every page works without this file.

   What carries data-focus (the summary of errors, a verdict) takes the focus when the page opens, so that it is read out first
   and the Tab key goes on from there. A link that carries data-opens opens that dialog here instead of leading to its page. */
"use strict";
document.querySelector("[data-focus]")?.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-opens]");
  const dialog = link && document.getElementById(link.dataset.opens);
  if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
});
