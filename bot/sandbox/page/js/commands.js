/** The bot's commands above the composer: all of them, or those that begin like what is typed. */

import { h } from "./dom.js";
import { chat } from "./store.js";

export class Suggestions {
  constructor(composer) {
    this.composer = composer;
    this.element = h("div.suggestions", { role: "listbox", hidden: true });
    this.index = 0;
    this.element.addEventListener("keydown", (event) => this.key(event) || event.stopPropagation());
    document.addEventListener("pointerdown", ({ target }) => !composer.element.contains(target) && this.hide());
  }

  get commands() {
    return chat(this.composer.column.id).commands;
  }

  toggle() {
    if (this.element.hidden) this.show(this.commands);
    else this.hide();
    this.composer.input.focus();
  }

  follow(text) {
    const match = /^\/(\w*)$/.exec(text);
    const fitting = match ? this.commands.filter(({ command }) => command.startsWith(match[1].toLowerCase())) : [];
    if (fitting.length) this.show(fitting);
    else this.hide();
  }

  show(commands) {
    this.shown = commands;
    this.index = 0;
    this.element.setAttribute("aria-label", this.composer.column.say("commands"));
    this.element.replaceChildren(...commands.map((each) => this.entry(each)));
    this.element.hidden = false;
    this.mark();
  }

  hide() {
    this.element.hidden = true;
  }

  entry({ command, description }) {
    const run = () => {
      this.hide();
      this.composer.command(command);
    };
    return h(
      "button.suggestion",
      { type: "button", role: "option", tabIndex: -1, onclick: run },
      h("bdi.command", { dir: "ltr" }, `/${command}`),
      h("span", { dir: "auto" }, description),
    );
  }

  mark() {
    [...this.element.children].forEach((child, index) => {
      child.setAttribute("aria-selected", String(index === this.index));
      if (index === this.index) child.scrollIntoView({ block: "nearest" });
    });
  }

  /** True when the key was meant for the list. */
  key(event) {
    if (this.element.hidden) return false;
    const count = this.shown.length;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.index = (this.index + move + count) % count;
    else if (event.key === "Enter") this.element.children[this.index].click();
    else if (event.key === "Tab") this.complete();
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    this.mark();
    return true;
  }

  complete() {
    this.composer.input.value = `/${this.shown[this.index].command} `;
    this.hide();
    this.composer.typed();
  }
}
