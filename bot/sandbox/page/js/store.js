/** What the page knows: people, chats, messages, open columns and the demo's clock. */

import { api, Refused } from "./api.js";
import { known, setZone } from "./locale.js";

export const store = {
  bot: { name: "Sulh", username: "" },
  people: new Map(),
  groups: new Map(),
  chats: new Map(),
  /** What is open, in order: `{chat, as, pinned}`. */
  columns: [],
  focus: null,
  language: known(remembered("language") ?? navigator.language.slice(0, 2)),
  clock: { at: Date.now(), read: performance.now(), busy: null },
  /** Bot messages seen since the page was loaded: a jump of the clock reports how many it caused. */
  arrived: 0,
};

const watchers = new Set();
let scheduled = false;

export function watch(watcher) {
  watchers.add(watcher);
}

/** Draws everything that changed, once, before the next frame. */
export function changed() {
  if (scheduled) return;
  scheduled = true;
  const draw = () => {
    scheduled = false;
    for (const watcher of watchers) watcher();
  };
  if (document.hidden) setTimeout(draw);
  else requestAnimationFrame(draw);
}

export function remembered(key) {
  try {
    return localStorage.getItem(`sulh.${key}`);
  } catch {
    return null; // storage is switched off: the page works, it only forgets
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`sulh.${key}`, value);
  } catch (error) {
    console.info("not remembered:", error.message);
  }
}

export function chat(id) {
  if (!store.chats.has(id)) {
    store.chats.set(id, { id, messages: [], loaded: false, unread: 0, commands: [], typing: 0 });
  }
  return store.chats.get(id);
}

export const person = (id) => store.people.get(id);
export const exists = ({ chat: id, as }) => (store.people.has(id) || isGroup(id)) && store.people.has(as);
export const isGroup = (id) => store.groups.has(id);
export const isCustomer = (someone) => /^customer/i.test(someone.role?.en ?? "");

/** Reads everything anew. */
export async function load() {
  const state = await api.state();
  for (const known of [store.people, store.groups]) known.clear();
  for (const entry of store.chats.values()) entry.messages = [];
  take(state);
  store.columns = store.columns.filter(exists);
  await Promise.all([...store.people.keys(), ...store.groups.keys()].map(refresh));
}

function take(state) {
  store.bot = state.bot;
  setZone(state.timezone);
  setClock(state.clock);
  takePeople(state);
}

function takePeople({ people, groups }) {
  for (const someone of people) {
    const fresh = !store.people.has(someone.id);
    store.people.set(someone.id, someone);
    if (fresh) chat(someone.id).unread = someone.unread ?? 0;
  }
  for (const group of groups ?? []) store.groups.set(group.id, group);
}

export function setClock(iso) {
  store.clock.at = Date.parse(iso);
  store.clock.read = performance.now();
}

/** The demo's time now: what the sandbox last said plus what went by since. */
export const now = () => new Date(store.clock.at + performance.now() - store.clock.read);

export const members = (id) => store.groups.get(id).members.map(person).filter(Boolean);

/** Whose eyes a chat is read with: a private chat's person, in a group the first member who works there. */
export function reader(id) {
  if (!isGroup(id)) return id;
  const all = members(id);
  return (all.find((each) => !isCustomer(each)) ?? all[0])?.id;
}

export async function refresh(id) {
  const entry = chat(id);
  const [found] = await Promise.all([api.messages(id), refreshCommands(id)]);
  const newest = found.at(-1)?.id ?? 0;
  entry.messages = [...found, ...entry.messages.filter((message) => message.id > newest)];
  entry.loaded = true;
  changed();
}

export async function refreshCommands(id) {
  chat(id).commands = await api.commands(id);
  changed();
}

export async function reload() {
  takePeople(await api.state());
  const missing = [...store.people.keys(), ...store.groups.keys()].filter((id) => !chat(id).loaded);
  await Promise.all(missing.map(refresh));
  changed();
}

export function markRead(id) {
  const entry = chat(id);
  if (!entry.unread) return;
  entry.unread = 0;
  api.read(id, reader(id));
  changed();
}

/** A new or changed message; `inView` says whether somebody sees it arrive. */
export function put(id, message, inView) {
  const entry = chat(id);
  const place = entry.messages.findIndex((each) => each.id === message.id);
  if (place >= 0) entry.messages[place] = message;
  else {
    entry.messages.push(message);
    entry.messages.sort((a, b) => a.id - b.id);
    if (message.from === "bot") {
      store.arrived += 1;
      entry.typing = 0;
      if (!inView || document.hidden) entry.unread += 1;
    }
  }
}

export function drop(id, messageId) {
  const entry = chat(id);
  entry.messages = entry.messages.filter((message) => message.id !== messageId);
}

/** Runs a call of a person; a refusal is reported to `onRefused` in words, anything else is a defect. */
export async function attempt(work, onRefused) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
    onRefused(error.message);
    return undefined;
  }
}
