/** The head of the page: what this is, the demo's clock, and the language of the page. */

import { api } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { showIntro } from "./intro.js";
import { toast } from "./layer.js";
import { calendars, direction, LANGUAGES, number, say, time, weekday } from "./locale.js";
import { attempt, changed, now, remember, setClock, store } from "./store.js";

const STEPS = { hour: 3600, day: 86_400, week: 604_800 };

const name = h("strong");
const big = h("span.clock-time");
const dates = h("span.clock-dates");
const steps = Object.entries(STEPS).map(([key, seconds]) => {
  const button = h("button.step", { type: "button", onclick: () => advance(key, seconds) });
  return { key, button };
});
const clock = h(
  "div.clock",
  { role: "group" },
  icon("clock"),
  h("span.clock-face", {}, big, dates),
  h("span.steps", {}, ...steps.map(({ button }) => button)),
);
const languages = h("div.languages", { role: "group" });
for (const [code, label] of Object.entries(LANGUAGES)) {
  languages.append(h("button", { type: "button", lang: code, "data-code": code, onclick: () => speak(code) }, label));
}
const help = iconButton("help", "", showIntro);

export const topbar = h(
  "header.topbar",
  {},
  h("span.brand", {}, h("img", { src: "/page/icon.svg", alt: "", width: 32, height: 32 }), name),
  clock,
  h("span.topbar-end", {}, languages, help),
);

setInterval(drawClock, 5000);

function speak(code) {
  store.language = code;
  remember("language", code);
  changed();
}

export function drawTopbar() {
  const words = (key, values) => say(store.language, key, values);
  name.textContent = words("title");
  document.title = words("title");
  clock.setAttribute("aria-label", words("clock"));
  languages.setAttribute("aria-label", words("language"));
  for (const button of languages.children)
    button.setAttribute("aria-pressed", String(button.dataset.code === store.language));
  help.setAttribute("aria-label", words("help"));
  help.title = words("help");
  for (const { key, button } of steps) {
    const busy = store.clock.busy === key;
    button.replaceChildren(h("span.plus", { "aria-hidden": "true" }, "+"), words(key));
    button.setAttribute("aria-label", words("forward", { step: words(key) }));
    button.title = words("forward", { step: words(key) });
    button.disabled = store.clock.busy !== null && !busy;
    button.classList.toggle("busy", busy);
    button.setAttribute("aria-busy", String(busy));
  }
  drawClock();
}

function drawClock() {
  const date = now();
  const put = (node, text) => node.textContent !== text && (node.textContent = text);
  const [first, second] = calendars(store.language, date);
  put(big, time(store.language, date));
  const comma = store.language === "en" ? ", " : "، ";
  const parts = [`${weekday(store.language, date)}${comma}${first}`, second];
  if (dates.dataset.shown === parts.join("|")) return;
  dates.dataset.shown = parts.join("|");
  dates.replaceChildren(...parts.map((part, index) => h(index ? "bdi.other" : "bdi", {}, part)));
}

/** One jump at a time; the sandbox answers when everything that was due has happened. */
async function advance(key, seconds) {
  if (store.clock.busy) return;
  store.clock.busy = key;
  const before = store.arrived;
  changed();
  const dir = direction(store.language);
  const words = (word, values) => say(store.language, word, values);
  const answer = await attempt(
    () => api.advance(seconds),
    (reason) => toast(words("failed", { reason }), { dir }),
  );
  store.clock.busy = null;
  if (answer?.clock) setClock(answer.clock);
  changed();
  if (!answer) return;
  const date = now();
  const moved = words("moved", { time: `${weekday(store.language, date)} ${time(store.language, date)}` });
  const count = store.arrived - before;
  toast(count ? `${moved} ${words("arrived", { count: number(store.language, count) })}` : moved, {
    dir,
    sign: "clock",
  });
}
