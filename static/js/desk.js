/* The keyboard of the staff's desk; every page works without this file.

   What each key does is read from the list of shortcuts (components/keys.html): data-press is what is pressed, data-act a word
   of the table below, and "hook" presses whatever carries the key as data-key. No key does anything while somebody writes,
   together with Ctrl, Alt or Cmd, under an open dialog, or once single keys are turned off (WCAG 2.1.4). */
"use strict";
{
  const list = document.getElementById("desk-keys");
  const keys = new Map(Array.from(list?.querySelectorAll("[data-press]") ?? [], (row) => [row.dataset.press, row.dataset]));
  const PATIENCE = 1500;
  let first = "", when = 0;

  const links = () => Array.from(document.querySelectorAll("#result_list tbody tr"), (row) => row.querySelector("th a, td a")).filter(Boolean);
  const here = () => document.activeElement?.closest("#result_list tbody tr");
  const move = (by) => {
    const all = links(), at = all.indexOf(here()?.querySelector("th a, td a"));
    all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
  };
  const hook = (key) => {
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (found?.localName !== "summary") return found?.click();
    found.parentElement.open = true;
    (found.parentElement.querySelector("textarea, select, input:not([type=hidden])") ?? found).focus();
  };
  const acts = {
    list: () => list.showModal(),
    search: () => document.getElementById("searchbar")?.select(),
    go: (key) => location.assign(key.to),
    next: () => move(1),
    previous: () => move(-1),
    open: () => here()?.querySelector("th a, td a").click(),
    tick: () => here()?.querySelector("[type=checkbox]")?.click(),
    hook: (key) => hook(key.press),
  };
  /* The letter on the key where the keyboard writes another alphabet. */
  const pressed = (event) => {
    if (event.key === "؟") return "?";
    return event.key.charCodeAt(0) > 127 && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
  };

  if (list?.hasAttribute("data-on")) document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
    if (writes || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog:modal")) return;
    const one = pressed(event), both = `${first} ${one}`;
    const key = (event.timeStamp - when < PATIENCE && keys.get(both)) || keys.get(one);
    first = one;
    when = event.timeStamp;
    if (!key) return;
    event.preventDefault();
    first = "";
    acts[key.act]?.(key);
  });
}
