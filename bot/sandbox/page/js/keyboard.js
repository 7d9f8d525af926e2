/** Inline buttons under a message. */

import { h, icon } from "./dom.js";
import { runs } from "./paragraphs.js";

const STYLES = new Set(["success", "danger", "primary"]);

export function keyboard(message, view) {
  return h(
    "div.keyboard",
    { role: "group" },
    ...message.keyboard.map((row) => h("div.keys", {}, ...row.map((button) => key(message, button, view)))),
  );
}

function key(message, button, view) {
  const style = STYLES.has(button.style) ? `.${button.style}` : "";
  const sign = button.url ? icon("open") : button.copy ? icon("copy") : null;
  sign?.classList.add("key-sign");
  const press = (event) => act(message, button, view, event.currentTarget);
  return h(
    `button.key${style}`,
    { type: "button", onclick: press },
    h("span", { dir: runs(button.text) }, button.text),
    sign,
  );
}

async function act(message, button, view, element) {
  if (button.url) return view.follow(button.url);
  if (button.copy) return view.copy(button.copy);
  element.classList.add("busy");
  element.setAttribute("aria-busy", "true");
  await view.tap(message, button);
  element.classList.remove("busy");
  return element.removeAttribute("aria-busy");
}
