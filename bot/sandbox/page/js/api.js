/** The sandbox's page API: every call the page makes, and the stream of what happens. */

const BASE = "/sandbox";

export class Refused extends Error {}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(BASE + path, options);
  const text = await response.text();
  if (!response.ok) throw new Refused(reason(text) || `${response.status} ${response.statusText}`);
  return text ? JSON.parse(text) : null;
}

function reason(text) {
  try {
    const answer = JSON.parse(text);
    return answer.error ?? text;
  } catch {
    return text;
  }
}

const person = (id, verb, body) => call("POST", `/people/${id}/${verb}`, body);

export const api = {
  state: () => call("GET", "/state"),
  messages: (chat) => call("GET", `/chats/${chat}/messages`),
  read: (chat, as) => call("GET", `/chats/${chat}/messages?as=${as}`),
  commands: (chat) => call("GET", `/chats/${chat}/commands`),
  say: (as, chat, text, replyTo) => person(as, "say", { text, chat_id: chat, ...(replyTo && { reply_to: replyTo }) }),
  edit: (as, chat, message, text) => person(as, "edit", { chat_id: chat, message_id: message, text }),
  tap: (as, chat, message, row, col) => person(as, "tap", { chat_id: chat, message_id: message, row, col }),
  start: (as, payload = "") => person(as, "start", { payload }),
  block: (as) => person(as, "block", {}),
  unblock: (as) => person(as, "unblock", {}),
  join: (name, language, payload) => call("POST", "/people", { name, language, ...(payload && { payload }) }),
  advance: (seconds) => call("POST", "/clock", { advance: seconds }),
  media(as, chat, kind, files, caption, replyTo) {
    const form = new FormData();
    form.set("kind", kind);
    form.set("chat_id", String(chat));
    if (caption) form.set("caption", caption);
    if (replyTo) form.set("reply_to", String(replyTo));
    for (const file of files) form.append("file", file, file.name);
    return person(as, "media", form);
  },
};

/** Calls `onEvent` for whatever happens; `onLost(true|false)` when the line breaks and when it is back. */
export function listen(onEvent, onLost) {
  const source = new EventSource(`${BASE}/events`);
  source.onmessage = ({ data }) => onEvent(JSON.parse(data));
  source.onopen = () => onLost(false);
  source.onerror = () => onLost(true);
  return source;
}
