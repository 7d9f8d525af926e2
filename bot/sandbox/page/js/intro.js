/** The card for newcomers: what this is and three things to try. */

import { open } from "./columns.js";
import { h, iconButton } from "./dom.js";
import { number, say } from "./locale.js";
import { changed, isCustomer, remember, remembered, store } from "./store.js";

let shown = remembered("intro") !== "seen";
export const intro = h("section.intro", { hidden: true });

export function showIntro() {
  shown = !shown || intro.hidden;
  if (!shown) remember("intro", "seen");
  changed();
}

function dismiss() {
  shown = false;
  remember("intro", "seen");
  changed();
}

const first = (fits) => [...store.people.values()].find(fits)?.id;
const TRY = [
  () => open(first(isCustomer) ?? first(() => true)),
  () =>
    open(first((each) => /handler|agent/i.test(each.role?.en ?? "")) ?? first((each) => !isCustomer(each)), {
      beside: true,
    }),
  () => document.querySelectorAll(".step")[1]?.focus(),
];

export function drawIntro() {
  intro.hidden = !shown;
  if (intro.dataset.language === store.language) return;
  intro.dataset.language = store.language;
  const words = (key) => say(store.language, key);
  intro.setAttribute("aria-label", words("introTitle"));
  intro.replaceChildren(
    h("div.intro-words", {}, h("h1", {}, words("introTitle")), h("p", {}, words("intro"))),
    h("ol.intro-steps", {}, ...TRY.map((act, index) => step(index + 1, act, words))),
    iconButton("close", words("dismiss"), dismiss),
  );
}

function step(index, act, words) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", onclick: act },
      h("span.intro-number", { "aria-hidden": "true" }, number(store.language, index)),
      h("span", {}, h("strong", {}, words(`step${index}`)), h("span", {}, words(`step${index}Text`))),
    ),
  );
}
