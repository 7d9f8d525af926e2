/** Which chats are open side by side. A click replaces the last chat that is not pinned. */

import { changed, exists, isCustomer, markRead, remember, remembered, store } from "./store.js";

const SIDEBAR = 340;
const COLUMN = 400;
export const phone = matchMedia("(max-width: 719px)");

export const capacity = () =>
  phone.matches ? 1 : Math.max(1, Math.min(3, Math.floor((innerWidth - SIDEBAR) / COLUMN)));

export function open(id, { as = id, beside = false } = {}) {
  const columns = store.columns;
  const place = columns.findIndex((column) => column.chat === id);
  if (place < 0) {
    const column = { chat: id, as, pinned: false };
    const loose = columns.findLastIndex((each) => !each.pinned);
    const replaced = loose < 0 ? columns.length - 1 : loose;
    if (!columns.length || ((beside || loose < 0) && columns.length < capacity())) columns.push(column);
    else columns[replaced] = column;
  }
  focus(id);
  if (phone.matches && history.state?.chat !== id) history.pushState({ chat: id }, "");
}

export function focus(id) {
  store.focus = id;
  markRead(id);
  save();
  changed();
}

export function close(id) {
  store.columns = store.columns.filter((column) => column.chat !== id);
  store.focus = store.columns.at(-1)?.chat ?? null;
  save();
  changed();
}

export function togglePin(id) {
  const column = store.columns.find((each) => each.chat === id);
  column.pinned = !column.pinned;
  save();
  changed();
}

/** Goes from a chat to the list, on a phone. */
export function leave() {
  if (history.state?.chat) return history.back();
  store.focus = null;
  return changed();
}

function save() {
  remember("columns", JSON.stringify(store.columns));
}

/** What was open last time; else a customer and, where there is room, the handler beside. */
export function restore() {
  const last = JSON.parse(remembered("columns") ?? "[]").filter(exists);
  store.columns = (last.length ? last : firstColumns()).slice(0, Math.max(1, capacity()));
  store.focus = phone.matches ? null : (store.columns[0]?.chat ?? null);
  for (const column of store.columns) if (!phone.matches) markRead(column.chat);
}

function firstColumns() {
  const people = [...store.people.values()];
  const customer = people.find(isCustomer) ?? people[0];
  const handler =
    people.find((each) => /handler|agent/i.test(each.role?.en ?? "")) ?? people.find((each) => !isCustomer(each));
  const both = [customer, handler].filter((each, index, all) => each && all.indexOf(each) === index);
  return both.map(({ id }) => ({ chat: id, as: id, pinned: false }));
}

export const inView = (id) => visible().some((column) => column.chat === id);

/** Columns that fit now: those in view, the focused one always among them. */
export function visible() {
  if (phone.matches) return store.columns.filter((column) => column.chat === store.focus);
  const room = capacity();
  if (store.columns.length <= room) return store.columns;
  const focused = store.columns.find((column) => column.chat === store.focus);
  const kept = store.columns.slice(0, room);
  return !focused || kept.includes(focused) ? kept : [...kept.slice(0, room - 1), focused];
}
