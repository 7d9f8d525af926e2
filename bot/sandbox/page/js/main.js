/** Puts the page together and lets what happens in the sandbox appear in it. */

import { listen } from "./api.js";
import { Column } from "./chat.js";
import { inView, phone, restore, visible } from "./columns.js";
import { arrange, h } from "./dom.js";
import { drawIntro, intro } from "./intro.js";
import { showDialog, toast } from "./layer.js";
import { direction, say } from "./locale.js";
import { runs } from "./paragraphs.js";
import { drawSidebar, sidebar } from "./sidebar.js";
import { changed, chat, drop, load, markRead, put, refreshCommands, reload, setClock, store, watch } from "./store.js";
import { drawTopbar, topbar } from "./topbar.js";

const TYPING_MS = 5000;

const app = document.getElementById("app");
const stage = h("div.columns");
const open = new Map();

function column(description) {
  if (!open.has(description.chat)) open.set(description.chat, new Column(description));
  return open.get(description.chat);
}

function draw() {
  document.documentElement.lang = store.language;
  document.documentElement.dir = direction(store.language);
  drawTopbar();
  drawIntro();
  drawSidebar();
  const shown = visible().map(column);
  app.classList.toggle("in-chat", phone.matches && shown.length > 0);
  arrange(
    stage,
    shown.map(({ element }) => element),
  );
  for (const each of shown) each.draw();
}

// ------------------------------------------------------------------ what happens in the sandbox

const REACTIONS = {
  message: ({ chat_id: id, message }) => put(id, message, inView(id)),
  edit: ({ chat_id: id, message }) => put(id, message),
  reaction: ({ chat_id: id, message }) => put(id, message),
  delete: (event) => drop(event.chat_id, event.message.id),
  commands: ({ chat_id: id }) => (id === null ? [...store.people.keys()] : [id]).forEach(refreshCommands),
  clock: ({ clock }) => setClock(clock),
  people: () => reload(),
  typing: ({ chat_id: id }) => typing(id),
  toast: (event) => answer(event, (host, text, settings) => toast(text, { host: host.stage, ...settings })),
  alert: (event) => answer(event, (host, text, settings) => showAlert(host, text, settings)),
};

function react(event) {
  REACTIONS[event.type]?.(event);
  changed();
}

function typing(id) {
  chat(id).typing = Date.now() + TYPING_MS;
  setTimeout(changed, TYPING_MS + 50);
}

/** What the bot says to a tap appears where the person who tapped is, if that chat is in view. */
function answer(event, show) {
  const shown = visible().map(column);
  const host = shown.find(({ id }) => id === event.chat_id) ?? shown.find(({ as }) => as === event.person_id);
  if (host && event.text) show(host, event.text, { dir: host.direction });
}

function showAlert(host, text, { dir }) {
  const dialog = showDialog(
    "alert",
    host.name,
    [
      h("p.hint", {}, h("bdi", {}, host.name)),
      h("p", { dir: runs(text) }, text),
      h(
        "div.dialog-actions",
        {},
        h("button.strong", { type: "button", onclick: () => dialog.close() }, host.say("ok")),
      ),
    ],
    { dir, lang: host.language, role: "alertdialog" },
  );
}

let lost = false;

/** After a break everything is read again, because what happened meanwhile is not repeated. */
function onLost(isLost) {
  if (isLost === lost) return;
  lost = isLost;
  toast(say(store.language, lost ? "lost" : "restored"), { dir: direction(store.language) });
  if (lost) return;
  load().then(changed);
}

addEventListener("popstate", ({ state }) => {
  store.focus = state?.chat ?? (phone.matches ? null : store.focus);
  changed();
});
addEventListener("resize", changed);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) visible().forEach(({ chat: id }) => markRead(id));
});

app.append(topbar, h("div.body", {}, sidebar, h("main.content", {}, intro, stage)));
listen(react, onLost);
await load();
restore();
watch(draw);
draw();
app.classList.add("ready");
