/** One open conversation: whose it is, its messages and the place to write. */

import { api } from "./api.js";
import { close, focus, leave, togglePin, visible } from "./columns.js";
import { Composer } from "./composer.js";
import { arrange, avatar, h, icon, iconButton } from "./dom.js";
import { showMenu, toast } from "./layer.js";
import { follow } from "./links.js";
import { day, dayKey, direction, say } from "./locale.js";
import { announcement, contents } from "./message.js";
import { attempt, changed, chat, isGroup, members, now, store } from "./store.js";

const RUN_MS = 5 * 60_000;
const NEAR = 120;

export class Column {
  constructor({ chat: id, as }) {
    this.id = id;
    this.as = as;
    this.group = isGroup(id);
    this.rows = new Map();
    this.dates = new Map();
    this.missed = 0;
    this.list = h("div.list");
    this.grown = () => this.stick();
    this.down = iconButton("down", "", () => this.toEnd());
    this.down.classList.add("to-end");
    this.log = h(
      "div.log",
      {
        role: "log",
        "aria-live": "polite",
        "aria-relevant": "additions",
        tabIndex: 0,
        onscroll: () => this.scrolled(),
      },
      this.list,
    );
    this.head = h("header.column-head");
    this.composer = new Composer(this);
    this.stage = h("div.stage", {}, this.log, this.down);
    this.element = h(
      "section.column",
      { onpointerdown: () => this.attend(), onfocusin: () => this.attend() },
      this.head,
      this.stage,
      this.composer.element,
    );
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener(
      "keydown",
      (event) => event.key === "Enter" && event.target.matches("a.command") && this.clicked(event),
    );
    this.list.addEventListener("contextmenu", (event) => this.context(event));
    this.list.addEventListener("dblclick", (event) => this.doubled(event));
    this.following = true;
    this.top = 0;
    new ResizeObserver(() => this.stick()).observe(this.log);
  }

  get person() {
    return store.people.get(this.as);
  }

  get language() {
    return this.person?.language ?? "en";
  }

  get direction() {
    return this.person?.direction ?? direction(this.language);
  }

  get name() {
    return this.group ? store.groups.get(this.id).title : this.person.name;
  }

  get messages() {
    return chat(this.id).messages;
  }

  say(key, values) {
    return say(this.language, key, values);
  }

  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  attend() {
    if (store.focus !== this.id) focus(this.id);
  }

  // ------------------------------------------------------------------ drawing

  draw() {
    this.element.dir = this.direction;
    this.element.lang = this.language;
    this.element.setAttribute("aria-label", this.say("conversation", { name: this.name, bot: store.bot.name }));
    this.element.classList.toggle("focused", store.focus === this.id && visible().length > 1);
    this.log.setAttribute("aria-label", this.say("messages", { name: this.name }));
    this.down.setAttribute("aria-label", this.say("newBelow"));
    this.drawHead();
    this.drawMessages();
    this.composer.draw();
  }

  drawHead() {
    const column = store.columns.find((each) => each.chat === this.id);
    const several = visible().length > 1;
    const signature = JSON.stringify([
      this.name,
      this.as,
      this.person,
      column?.pinned,
      several,
      store.language,
      store.bot.name,
    ]);
    if (signature === this.headDrawn) return;
    this.headDrawn = signature;
    const page = (key) => say(store.language, key);
    this.head.replaceChildren(
      iconButton("back", page("back"), leave, { "data-role": "back" }),
      avatar(this.name, { group: this.group }),
      h("div.who", {}, h("h2", {}, h("bdi", {}, this.name)), h("p", {}, ...this.subtitle())),
      iconButton("pin", page(column?.pinned ? "unpin" : "pin"), () => togglePin(this.id), {
        "aria-pressed": String(Boolean(column?.pinned)),
        "data-role": "pin",
      }),
      iconButton("more", page("menu"), (event) => this.more(event.currentTarget), { "aria-haspopup": "menu" }),
      ...(several ? [iconButton("close", page("closeChat"), () => close(this.id), { "data-role": "close" })] : []),
    );
  }

  subtitle() {
    if (this.group) return [this.say("speakAs", { name: this.person.name })];
    const role = this.person.role?.[this.language];
    const rest = this.person.blocked ? this.say("blocked") : this.say("withBot", { bot: store.bot.name });
    return [...(role ? [h("span.role", {}, role)] : []), h("span", {}, rest)];
  }

  more(anchor) {
    const items = this.group
      ? members(this.id).map((each) => ({
          label: this.say("speakAs", { name: each.name }),
          act: () => this.become(each.id),
        }))
      : [
          this.person.blocked
            ? { icon: "forward", label: this.say("unblock"), act: () => this.run(() => api.unblock(this.as)) }
            : { icon: "ban", label: this.say("block"), danger: true, act: () => this.run(() => api.block(this.as)) },
        ];
    showMenu(anchor, items, { dir: this.direction });
  }

  become(id) {
    this.as = id;
    store.columns.find((each) => each.chat === this.id).as = id;
    changed();
  }

  drawMessages() {
    const atEnd = this.following;
    const nodes = this.messages.length ? this.timeline() : [this.welcome()];
    arrange(this.list, nodes);
    if (atEnd) this.stick();
  }

  welcome() {
    this.card ??= h("div.welcome");
    const name = this.name;
    if (this.card.dataset.name !== name + this.language) {
      this.card.dataset.name = name + this.language;
      this.card.replaceChildren(
        avatar("", { bot: true }),
        h("strong", {}, h("bdi", {}, store.bot.name)),
        h("p", {}, this.say("startHint", { name })),
      );
    }
    return this.card;
  }

  timeline() {
    const days = new Map();
    let nodes = [];
    let before = null;
    const groups = albums(this.messages);
    groups.forEach((album, index) => {
      const message = album[0];
      const date = new Date(message.date);
      const key = dayKey(date);
      if (!days.has(key)) days.set(key, [this.separator(key, date)]);
      nodes = days.get(key);
      if (message.kind === "service") {
        const text = announcement(message, this.language);
        if (text) nodes.push(this.notice(message, text));
        before = message;
        return;
      }
      const next = groups[index + 1]?.[0];
      nodes.push(this.row(album, !before || !together(before, message), !next || !together(message, next)));
      before = message;
    });
    const entry = chat(this.id);
    if (entry.typing > Date.now())
      nodes.push(
        (this.dots ??= h("div.row.typing", { "aria-hidden": "true" }, h("div.bubble", {}, h("i"), h("i"), h("i")))),
      );
    return [...days].map(([key, inside]) => this.day(key, inside));
  }

  /** The messages of one day, so that its date stays in view only as long as they are. */
  day(key, nodes) {
    const section = this.dates.get(key).section;
    arrange(section, nodes);
    return section;
  }

  separator(key, date) {
    if (!this.dates.has(key)) this.dates.set(key, { section: h("div.day"), pill: h("div.date", {}, h("span")) });
    const node = this.dates.get(key).pill;
    const today = now();
    const yesterday = new Date(today.getTime() - 86_400_000);
    const close = key === dayKey(today) ? "today" : key === dayKey(yesterday) ? "yesterday" : null;
    const text = close ? `${this.say(close)}, ${day(this.language, date)}` : day(this.language, date);
    const shown = this.direction === "rtl" ? text.replace(",", "،") : text;
    if (node.firstChild.textContent !== shown) node.firstChild.textContent = shown;
    return node;
  }

  notice(message, text) {
    if (!this.rows.has(message.id)) this.rows.set(message.id, h("div.date.notice", {}, h("span", {}, text)));
    return this.rows.get(message.id);
  }

  row(album, first, last) {
    const message = album[0];
    const signature = JSON.stringify([album, first, last, this.as, this.language]);
    let node = this.rows.get(message.id);
    if (!node) {
      node = h("div.row", { "data-message": String(message.id) });
      this.rows.set(message.id, node);
    }
    if (node.drawn === signature) return node;
    const held = node.contains(document.activeElement);
    node.drawn = signature;
    node.className = `row ${message.from === this.as ? "own" : "theirs"}${first ? " first" : ""}${last ? " last" : ""}`;
    node.replaceChildren(...contents(message, this, album));
    if (held) (node.querySelector(".key") ?? this.composer.input).focus({ preventScroll: true });
    return node;
  }

  // ------------------------------------------------------------------ scrolling

  scrolled() {
    const top = this.log.scrollTop;
    const gap = this.log.scrollHeight - top - this.log.clientHeight;
    // Only who scrolls up stops following: the event also comes late, when a picture has grown meanwhile.
    if (gap < NEAR) this.following = true;
    else if (top < this.top) this.following = false;
    this.top = top;
    this.down.classList.toggle("shown", !this.following);
  }

  stick() {
    if (this.following) this.log.scrollTop = this.log.scrollHeight;
  }

  toEnd() {
    this.following = true;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: "smooth" });
  }

  reveal(id) {
    const node = this.rows.get(id);
    if (!node?.isConnected) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("revealed");
    requestAnimationFrame(() => node.classList.add("revealed"));
    setTimeout(() => node.classList.remove("revealed"), 1600);
  }

  // ------------------------------------------------------------------ acting

  clicked(event) {
    const link = event.target.closest(".words a");
    if (!link) return this.touched(event);
    event.preventDefault();
    if (link.dataset.command) this.run(() => api.say(this.as, this.id, link.dataset.command));
    else this.follow(link.href);
  }

  /** On a touch screen there is no pointer to show the arrow: a tap on the bubble opens its menu. */
  touched(event) {
    const row = event.target.closest(".row[data-message]");
    const inside = event.target.closest(".bubble") && !event.target.closest("button, a, audio, video, .wave");
    if (row && inside && matchMedia("(hover: none)").matches && !String(getSelection())) this.context(event);
  }

  follow(url) {
    follow(url);
  }

  context(event) {
    const row = event.target.closest(".row[data-message]");
    if (!row || event.target.closest("a") || String(getSelection())) return;
    event.preventDefault();
    this.menu(this.find(Number(row.dataset.message)), row.querySelector(".message-menu"), {
      x: event.clientX,
      y: event.clientY,
    });
  }

  doubled(event) {
    const row = event.target.closest(".row[data-message]");
    if (row && !event.target.closest("button, a, audio, video"))
      this.composer.reply(this.find(Number(row.dataset.message)));
  }

  menu(message, anchor, at) {
    const words = message.text;
    const own = message.from === this.as;
    const items = [
      { icon: "reply", label: this.say("reply"), act: () => this.composer.reply(message) },
      own && words && { icon: "edit", label: this.say("edit"), act: () => this.composer.edit(message) },
      words && !message.protected && { icon: "copy", label: this.say("copy"), act: () => this.copy(words) },
    ].filter(Boolean);
    showMenu(anchor, items, { dir: this.direction, at, label: this.say("actions") });
  }

  async copy(text) {
    await navigator.clipboard.writeText(text);
    this.toast(this.say("copied"), "copy");
  }

  tap(message, button) {
    return this.run(() => api.tap(this.as, this.id, message.id, button.row, button.col));
  }

  run(work) {
    return attempt(work, (reason) => this.toast(this.say("failed", { reason })));
  }

  toast(text, sign) {
    toast(text, { host: this.stage, dir: this.direction, sign });
  }
}

/** Messages as albums: what was sent as one set is shown as one. */
function albums(messages) {
  const found = [];
  for (const message of messages) {
    const last = found.at(-1);
    if (message.media_group_id && last?.[0].media_group_id === message.media_group_id) last.push(message);
    else found.push([message]);
  }
  return found;
}

const together = (one, next) =>
  one.from === next.from &&
  new Date(next.date) - new Date(one.date) < RUN_MS &&
  dayKey(new Date(one.date)) === dayKey(new Date(next.date));
