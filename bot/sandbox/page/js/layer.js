/** What lies above the page: dialogs, menus and toasts. */

import { h, icon } from "./dom.js";
import { runs } from "./paragraphs.js";

const layer = document.getElementById("layer");

/** A modal dialog; Escape, the backdrop and its buttons close it, and the focus goes back to where it was. */
export function showDialog(kind, label, children, { dir, lang, role } = {}) {
  const dialog = h(`dialog.dialog.${kind}`, { "aria-label": label, dir, lang, role }, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  layer.append(dialog);
  dialog.showModal();
  return dialog;
}

/** `items`: `{icon, label, act, danger}`; opens beside `anchor` or at a point of the screen. */
export function showMenu(anchor, items, { dir = "ltr", at, label } = {}) {
  closeMenu();
  const close = (event) => {
    if (!event || !menu.contains(event.target)) closeMenu();
  };
  const menu = h(
    "div.menu",
    { role: "menu", dir, "aria-label": label ?? anchor.getAttribute("aria-label") },
    ...items.map((item) => entry(item)),
  );
  menu.addEventListener("keydown", (event) => walk(event, menu, anchor));
  layer.append(menu);
  place(menu, anchor.getBoundingClientRect(), at, dir);
  menu.querySelector("button")?.focus();
  closing = () => {
    removeEventListener("pointerdown", close, true);
    removeEventListener("resize", close);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
  };
  anchor.setAttribute("aria-expanded", "true");
  setTimeout(() => addEventListener("pointerdown", close, true));
  addEventListener("resize", close);
}

let closing = null;

export function closeMenu() {
  closing?.();
  closing = null;
}

function entry({ icon: sign, label, act, danger }) {
  const run = () => {
    closeMenu();
    act();
  };
  return h(
    `button.menu-entry${danger ? ".danger" : ""}`,
    { type: "button", role: "menuitem", onclick: run },
    sign && icon(sign),
    h("span.menu-label", { dir: "auto" }, label),
  );
}

function walk(event, menu, anchor) {
  const entries = [...menu.querySelectorAll("button")];
  const index = entries.indexOf(document.activeElement);
  const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    closeMenu();
    anchor.focus();
    event.preventDefault();
  } else if (target !== undefined) {
    event.preventDefault();
    entries.at(target % entries.length)?.focus();
  }
}

/** Keeps the menu on the screen, below or above its anchor. */
function place(menu, box, at, dir) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = at ? at.x : dir === "rtl" ? box.right - width : box.left;
  const below = at ? at.y : box.bottom + 6;
  const fits = below + height < innerHeight - 8;
  const top = fits ? below : Math.max(8, (at ? at.y : box.top - 6) - height);
  menu.style.setProperty("--left", `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`);
  menu.style.setProperty("--top", `${top}px`);
}

const TOAST_MS = 4200;

/** A short notice at the foot of `host`, read out by screen readers. */
export function toast(text, { host = document.getElementById("app"), dir, sign } = {}) {
  const shelf =
    host.querySelector(":scope > .toasts") ??
    host.appendChild(h("div.toasts", { role: "status", "aria-live": "polite" }));
  const note = h("div.toast", { dir }, sign && icon(sign), h("span", { dir: runs(text) }, text));
  shelf.append(note);
  while (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => note.classList.add("leaving"), TOAST_MS);
  setTimeout(() => note.remove(), TOAST_MS + 300);
}
