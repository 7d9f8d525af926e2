/** One message as a bubble: quote, media, words, time and buttons. */

import { h, icon } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { say, time } from "./locale.js";
import { media } from "./media.js";
import { paragraphs, runs } from "./paragraphs.js";
import { store } from "./store.js";

/**
 * The contents of a message's row. `view` is the column: whose it is, its language and direction, and what the
 * person can do with a message.
 */
export function contents(message, view, album = [message]) {
  const own = message.from === view.as;
  const bubble = h(
    "div.bubble",
    {},
    h("span.unseen", {}, `${own ? say(view.language, "you") : nameOf(message.from)}: `),
    !own && view.group && sender(message),
    message.reply_to && quote(message.reply_to, view),
    ...body(message, view, album),
    h(
      "button.message-menu",
      {
        type: "button",
        "aria-label": say(view.language, "actions"),
        "aria-haspopup": "menu",
        onclick: (event) => view.menu(message, event.currentTarget),
      },
      icon("down"),
    ),
  );
  const rows = message.keyboard ?? [];
  return [bubble, rows.length ? keyboard(message, view) : null, reactions(message)].filter(Boolean);
}

function body(message, view, album) {
  const captioned = album.find((each) => each.html || each.text) ?? message;
  const pictures = message.kind === "text" || message.kind === "service" ? null : media(album, view);
  const words = captioned.html ? paragraphs(captioned.html, view.direction) : [];
  const bare = pictures && !words.length;
  const over = bare && (message.kind === "photo" || message.kind === "video");
  const time = meta(message, view);
  const flows = makeRoom(words.at(-1), time, view.direction);
  return [
    pictures,
    h(`div.words${bare ? ".bare" : ""}${over ? ".over" : ""}${flows ? ".flows" : ""}`, {}, ...words, time),
  ];
}

/** Leaves a gap as wide as the time at the end of the last line, if that line runs as the chat does. */
function makeRoom(last, time, direction) {
  if (last?.nodeName !== "P" || last.dir !== direction) return false;
  const signs = time.querySelectorAll("svg").length;
  last.append(
    h("span.room", { "aria-hidden": "true", "data-meta": time.textContent, vars: { "--signs": `${signs * 19}px` } }),
  );
  return true;
}

function sender(message) {
  return h("div.sender", {}, h("bdi", {}, message.author ?? nameOf(message.from)));
}

function meta(message, view) {
  const date = new Date(message.date);
  return h(
    "span.meta",
    { dir: view.direction },
    message.protected &&
      h(
        "span.protected",
        { role: "img", "aria-label": say(view.language, "protected"), title: say(view.language, "protected") },
        icon("lock"),
      ),
    message.edited && h("span.edited", {}, say(view.language, "edited")),
    h("time", { datetime: message.date }, time(view.language, date)),
    message.from === view.as &&
      h(
        "span.ticks",
        { role: "img", "aria-label": say(view.language, "sent"), title: say(view.language, "sent") },
        icon("ticks"),
      ),
  );
}

function quote({ id, snippet }, view) {
  const original = view.find(id);
  const from = original
    ? original.from === view.as
      ? say(view.language, "you")
      : nameOf(original.from)
    : store.bot.name;
  const text = summary(original, view.language) || snippet || say(view.language, "deletedMessage");
  return h(
    "button.quote",
    { type: "button", onclick: () => view.reveal(id) },
    h("span.quote-from", {}, h("bdi", {}, from)),
    h("span.quote-text", { dir: runs(text) }, text),
  );
}

export const nameOf = (from) => (from === "bot" ? store.bot.name : (store.people.get(from)?.name ?? String(from)));

function reactions(message) {
  const found = (message.reactions ?? [])
    .map((each) => (typeof each === "string" ? each : (each.emoji ?? "")))
    .filter(Boolean);
  return found.length ? h("div.reactions", {}, ...found.map((emoji) => h("span.reaction", {}, emoji))) : null;
}

const KIND_WORDS = {
  photo: "photo",
  video: "video",
  video_note: "video",
  voice: "voiceMessage",
  audio: "audio",
  document: "document",
  animation: "animation",
  sticker: "sticker",
  location: "location",
  venue: "location",
  contact: "contact",
  poll: "poll",
  dice: "dice",
};

/** What happened in a group, in words; empty for what a person need not know. */
export function announcement({ data = {} }, language) {
  if (data.new_chat_members)
    return say(language, "joined", { name: data.new_chat_members.map((each) => each.first_name).join(" · ") });
  return data.left_chat_member ? say(language, "left", { name: data.left_chat_member.first_name }) : "";
}

/** Codes and commands, which would run backwards among right-to-left words. */
const CODE = /(?<![\u2066-\u2068\w])(\/[a-z0-9_]+|[A-Z0-9]+(-[A-Z0-9]+)+)/g;

/** A message in one line, for lists and quotes. */
export function summary(message, language) {
  if (!message) return "";
  const words = (message.text ?? "").replace(/\s+/g, " ").trim().replace(CODE, "\u2066$&\u2069");
  const kind = KIND_WORDS[message.kind];
  if (!kind) return words;
  const label = message.kind === "document" && message.name ? message.name : say(language, kind);
  return words ? `${label}: ${words}` : label;
}
