/** Where a person writes: text, replies, edits, files, commands; or the one button that is possible now. */

import { api } from "./api.js";
import { Suggestions } from "./commands.js";
import { h, icon, iconButton } from "./dom.js";
import { showMenu } from "./layer.js";
import { nameOf, summary } from "./message.js";
import { runs } from "./paragraphs.js";
import { invoice, photos, voice } from "./samples.js";
import { chat } from "./store.js";

export class Composer {
  constructor(column) {
    this.column = column;
    this.mode = null; // {verb: "reply" | "edit", message}
    this.files = [];
    this.input = h("textarea", {
      rows: 1,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.pasted(event),
    });
    this.bar = h("div.composer-bar");
    this.suggestions = new Suggestions(this);
    this.attach = iconButton("clip", "", () => this.choose(), { "aria-haspopup": "menu" });
    this.slash = h(
      "button.icon-button.slash",
      { type: "button", "aria-haspopup": "listbox", onclick: () => this.suggestions.toggle() },
      "/",
    );
    this.button = h("button.send", { type: "button", onclick: () => this.pressed() }, icon("mic"), icon("send"));
    this.line = h("div.composer-line", {}, this.attach, this.input, this.slash, this.button);
    this.only = h("button.only", { type: "button", onclick: () => this.onlyPressed() });
    this.element = h("footer.composer", {}, this.suggestions.element, this.bar, this.line, this.only);
    const drop = {
      dragover: (event) => this.over(event, true),
      dragleave: (event) => this.over(event, false),
      drop: (event) => this.dropped(event),
    };
    queueMicrotask(() =>
      Object.entries(drop).forEach(([name, listener]) => column.element.addEventListener(name, listener)),
    );
  }

  get blocked() {
    return !this.column.group && this.column.person.blocked;
  }

  get fresh() {
    return !this.column.group && chat(this.column.id).loaded && !this.column.messages.length;
  }

  draw() {
    const say = (key) => this.column.say(key);
    const single = this.blocked ? "unblock" : this.fresh ? "start" : null;
    this.element.classList.toggle("single", Boolean(single));
    if (single) this.only.textContent = say(single);
    this.input.placeholder = say(this.files.length ? "caption" : "placeholder");
    this.input.setAttribute("aria-label", say("placeholder"));
    label(this.attach, say("attach"));
    label(this.slash, say("commands"));
    this.slash.hidden = !chat(this.column.id).commands.length;
    this.typed(false);
  }

  onlyPressed() {
    const { as } = this.column;
    this.column.run(() => (this.blocked ? api.unblock(as) : api.start(as)));
    if (!this.blocked) this.input.focus();
  }

  // ------------------------------------------------------------------ typing

  typed(suggest = true) {
    const text = this.input.value;
    const full = Boolean(text.trim() || this.files.length || this.mode?.verb === "edit");
    this.input.dir = text ? "auto" : this.column.direction;
    this.button.classList.toggle("full", full);
    label(this.button, this.column.say(full ? "send" : "voice"));
    this.input.style.setProperty("height", "auto");
    if (this.input.scrollHeight) this.input.style.setProperty("height", `${Math.min(this.input.scrollHeight, 180)}px`);
    if (suggest) this.suggestions.follow(text);
  }

  key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && (this.mode || this.files.length)) {
      event.stopPropagation();
      this.clear();
    } else if (event.key === "ArrowUp" && !this.input.value && !this.mode) {
      const last = this.column.messages.findLast((message) => message.from === this.column.as && message.text);
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  reply(message) {
    this.mode = { verb: "reply", message };
    this.drawBar();
    this.input.focus();
  }

  edit(message) {
    this.mode = { verb: "edit", message };
    this.files = [];
    this.input.value = message.text;
    this.drawBar();
    this.typed();
    this.input.focus();
    this.input.setSelectionRange(message.text.length, message.text.length);
  }

  clear() {
    if (this.mode?.verb === "edit") this.input.value = "";
    this.mode = null;
    this.files = [];
    this.drawBar();
    this.column.draw();
    this.input.focus();
  }

  drawBar() {
    for (const picture of this.bar.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    const say = (key, values) => this.column.say(key, values);
    const cancel = () => iconButton("close", say("cancel"), () => this.clear());
    const parts = [];
    if (this.mode) {
      const { verb, message } = this.mode;
      const told = summary(message, this.column.language);
      const title =
        verb === "edit"
          ? say("editing")
          : say("replyTo", { name: message.from === this.column.as ? say("you") : nameOf(message.from) });
      const words = h("span.bar-words", {}, h("strong", {}, title), h("span", { dir: runs(told) }, told));
      parts.push(
        h("div.bar-part", {}, icon(verb === "edit" ? "edit" : "reply"), words, this.files.length ? null : cancel()),
      );
    }
    if (this.files.length)
      parts.push(
        h("div.bar-part", {}, h("div.bar-files", {}, ...this.files.map((file) => this.preview(file))), cancel()),
      );
    this.bar.replaceChildren(...parts);
    this.column.stick();
  }

  preview(file) {
    const remove = () => {
      this.files = this.files.filter((each) => each !== file);
      this.drawBar();
      this.draw();
    };
    const picture =
      this.kindOf(file) === "photo" ? h("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    return h(
      "button.bar-file",
      { type: "button", title: file.name, "aria-label": `${this.column.say("remove")}: ${file.name}`, onclick: remove },
      picture,
      h("span", { dir: "auto" }, file.name),
    );
  }

  // ------------------------------------------------------------------ files

  choose() {
    const say = (key) => this.column.say(key);
    const items = [
      { icon: "image", label: say("chooseMedia"), act: () => this.pick("image/*,video/*", false) },
      { icon: "file", label: say("chooseFile"), act: () => this.pick("", true) },
      { icon: "image", label: say("samplePhoto"), act: async () => this.add(await photos(1), false) },
      { icon: "album", label: say("sampleAlbum"), act: async () => this.add(await photos(3), false) },
      { icon: "file", label: say("sampleFile"), act: () => this.add([invoice()], true) },
      { icon: "mic", label: say("sampleVoice"), act: () => this.sendVoice() },
    ];
    showMenu(this.attach, items, { dir: this.column.direction });
  }

  pick(accept, asFile) {
    const input = h("input", {
      type: "file",
      multiple: true,
      accept,
      onchange: () => this.add([...input.files], asFile),
    });
    input.click();
  }

  add(files, asFile) {
    if (!files.length) return;
    if (this.mode?.verb === "edit") this.clear();
    this.asFile = asFile;
    this.files = [...this.files, ...files].slice(0, 10);
    this.drawBar();
    this.draw();
    this.input.focus();
  }

  kindOf(file) {
    if (this.asFile) return "document";
    const family = file.type.split("/")[0];
    return { image: "photo", video: "video", audio: "audio" }[family] ?? "document";
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.add(files, false);
  }

  over(event, on) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.column.element.classList.toggle("dropping", on);
  }

  dropped(event) {
    event.preventDefault();
    this.column.element.classList.remove("dropping");
    this.add([...event.dataTransfer.files], false);
  }

  // ------------------------------------------------------------------ sending

  pressed() {
    if (this.button.classList.contains("full")) this.send();
    else this.sendVoice();
  }

  sendVoice() {
    this.deliver((as, id, reply) => api.media(as, id, "voice", [voice()], "", reply));
  }

  command(name) {
    this.input.value = "";
    this.typed();
    this.deliver((as, id) => api.say(as, id, `/${name}`));
  }

  send() {
    const text = this.input.value.trim();
    const { mode, files } = this;
    if (!text && !files.length) return;
    this.input.value = "";
    const kinds = new Set(files.map((file) => this.kindOf(file)));
    const kind = kinds.size === 1 ? [...kinds][0] : "document";
    this.deliver((as, id, reply) => {
      if (mode?.verb === "edit") return api.edit(as, id, mode.message.id, text);
      if (files.length) return api.media(as, id, kind, files, text, reply);
      return api.say(as, id, text, reply);
    }, text);
  }

  /** Sends, and puts back what was written if the sandbox refuses it. */
  async deliver(call, text = "") {
    const { mode, files, column } = this;
    this.mode = null;
    this.files = [];
    column.following = true;
    this.drawBar();
    this.draw();
    this.input.focus();
    const reply = mode?.verb === "reply" ? mode.message.id : undefined;
    let refused = false;
    await column.run(async () => {
      refused = true;
      await call(column.as, column.id, reply);
      refused = false;
    });
    if (!refused) return;
    Object.assign(this, { mode, files });
    this.input.value = text;
    this.drawBar();
    this.draw();
  }
}

function label(element, text) {
  element.setAttribute("aria-label", text);
  element.title = text;
}
