/** The list of people and groups, with what each was told last. */

import { capacity, inView, open } from "./columns.js";
import { arrange, avatar, h, icon, iconButton } from "./dom.js";
import { createPerson } from "./links.js";
import { dayKey, LANGUAGES, number, say, shortDay, time } from "./locale.js";
import { summary } from "./message.js";
import { runs } from "./paragraphs.js";
import { chat, isCustomer, members, now, reader, store } from "./store.js";

const rows = new Map();
const titles = new Map();
const list = h("nav.people");
const add = h("button.add-person", { type: "button", onclick: () => createPerson() });

export const sidebar = h("aside.sidebar", {}, list, add);

export function drawSidebar() {
  const words = (key) => say(store.language, key);
  list.setAttribute("aria-label", words("people"));
  if (add.textContent !== words("newPerson")) add.replaceChildren(icon("plus"), words("newPerson"));
  const people = [...store.people.values()];
  const sections = [
    ["customers", people.filter(isCustomer).map(({ id }) => id)],
    ["team", people.filter((each) => !isCustomer(each)).map(({ id }) => id)],
    ["groups", [...store.groups.keys()]],
  ];
  const nodes = sections.filter(([, ids]) => ids.length).flatMap(([key, ids]) => [title(key), ...ids.map(row)]);
  arrange(list, nodes);
}

function title(key) {
  if (!titles.has(key)) titles.set(key, h("h2"));
  const node = titles.get(key);
  node.textContent = say(store.language, key);
  return node;
}

function row(id) {
  const entry = chat(id);
  const someone = store.people.get(id);
  const name = someone?.name ?? store.groups.get(id).title;
  const last = entry.messages.at(-1);
  const language = someone?.language ?? store.people.get(reader(id))?.language ?? store.language;
  const signature = JSON.stringify([
    name,
    someone,
    last,
    entry.unread,
    store.language,
    inView(id),
    store.focus === id,
    dayKey(now()),
    capacity() > 1,
  ]);
  let node = rows.get(id);
  if (!node) rows.set(id, (node = h("div.person")));
  if (node.drawn === signature) return node;
  node.drawn = signature;
  node.className = `person${inView(id) ? " open" : ""}${store.focus === id ? " focused" : ""}`;
  const told = last ? summary(last, language) : say(store.language, "empty");
  const held = node.contains(document.activeElement);
  node.replaceChildren(
    h(
      "button.person-main",
      {
        type: "button",
        "aria-current": store.focus === id ? "true" : null,
        onclick: (event) => open(id, { as: reader(id), beside: event.ctrlKey || event.metaKey }),
      },
      avatar(name, { group: !someone }),
      h(
        "span.person-words",
        {},
        h(
          "span.person-top",
          {},
          h("bdi.person-name", {}, name),
          someone && h("span.chip", { lang: language, title: LANGUAGES[language] ?? language }, language),
          last && h("time", { datetime: last.date }, moment(last)),
        ),
        h("span.person-role", {}, subtitle(id, someone)),
        h(
          "span.person-bottom",
          {},
          h("span.person-last", { dir: runs(told), lang: language }, told),
          entry.unread ? badge(entry.unread) : null,
        ),
      ),
    ),
    capacity() > 1 && !inView(id)
      ? iconButton("columns", say(store.language, "beside"), () => open(id, { as: reader(id), beside: true }))
      : "",
  );
  if (held) node.querySelector("button").focus();
  return node;
}

function badge(unread) {
  const count = number(store.language, unread);
  const sign = h("span", { "aria-hidden": "true" }, count);
  return h("span.badge", {}, sign, h("span.unseen", {}, say(store.language, "unread", { count })));
}

function subtitle(id, someone) {
  if (!someone) return say(store.language, "members", { count: number(store.language, members(id).length) });
  const role = someone.role?.[store.language] ?? "";
  return someone.blocked ? `${role} · ${say(store.language, "blocked")}` : role;
}

/** The hour of today's messages, else the day. */
function moment(message) {
  const date = new Date(message.date);
  if (dayKey(date) === dayKey(now())) return time(store.language, date);
  return shortDay(store.language, date);
}
