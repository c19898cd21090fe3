/* A small comfort; every page works without this file. What carries data-focus (the summary of errors, a verdict) takes the
   focus when the page opens, so that it is read out first and the Tab key goes on from there. */
"use strict";
document.querySelector("[data-focus]")?.focus();
