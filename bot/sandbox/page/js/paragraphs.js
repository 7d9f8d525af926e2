/** The server's safe HTML as paragraphs, each with the direction of its own words. */

import { h } from "./dom.js";

const policy = globalThis.trustedTypes?.createPolicy("message", { createHTML: (html) => html });
const BLOCKS = new Set(["BLOCKQUOTE", "PRE"]);
const STRONG = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]|([\p{Script=Arabic}\p{Script=Hebrew}])/u;
const ISOLATED = /([\u2066-\u2068])([^\u2066-\u2069]*)\u2069/u;
const ISOLATE_DIRECTION = { "\u2066": "ltr", "\u2067": "rtl", "\u2068": "auto" };

/** The one place where markup becomes elements: the sandbox has escaped every word that a person wrote. */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content;
}

/** `html` as a list of elements; lines without a direction of their own (signs, isolated codes) follow `direction`. */
export function paragraphs(html, direction) {
  const content = parse(html.replace(/<br\s*\/?>/g, "\n"));
  isolate(content);
  for (const command of content.querySelectorAll("a.command")) {
    Object.assign(command, { role: "button", tabIndex: 0 });
    apart(command);
  }
  return lines(content).map((line) => block(line, direction));
}

function block(line, direction) {
  const only = line.childNodes.length === 1 ? line.firstChild : null;
  if (only?.nodeName === "BLOCKQUOTE") {
    const inner = document.createDocumentFragment();
    inner.append(...only.childNodes);
    only.replaceChildren(...lines(inner).map((each) => block(each, direction)));
    return only;
  }
  if (only?.nodeName === "PRE") {
    only.dir = "ltr";
    return only;
  }
  const paragraph = h("p", {}, line);
  if (!paragraph.textContent) paragraph.append(document.createElement("br"));
  paragraph.dir = leads(paragraph) ?? direction;
  return paragraph;
}

/**
 * The direction of the first strong letter outside what is isolated, if any. `dir=auto` is not enough: it takes
 * isolated codes and signs like the "i" of information for the beginning of left-to-right text.
 */
function leads(paragraph) {
  const copy = paragraph.cloneNode(true);
  for (const isolated of copy.querySelectorAll("bdi")) isolated.remove();
  return runs(copy.textContent);
}

/**
 * The direction of a line of plain text: that of its first letter; figures alone run from the left, as in Telegram
 * ("+98 912" would turn round). Null if it has neither.
 */
export function runs(text) {
  const own = text.replace(/[\u2066-\u2068][^\u2069]*\u2069/g, "");
  const letters = own.replace(/\p{Nd}/gu, ""); // Persian figures are of the Arabic script, and of no direction
  const match = STRONG.exec(letters);
  if (match) return match[1] ? "rtl" : "ltr";
  return letters === own ? null : "ltr";
}

/** Splits at line breaks and around quotes; an inline element that spans lines is repeated in each. */
function lines(parent) {
  const found = [document.createDocumentFragment()];
  const next = () => found.push(document.createDocumentFragment());
  let afterBlock = false;
  for (const node of [...parent.childNodes]) {
    const parts = BLOCKS.has(node.nodeName) ? [node] : split(node);
    if (BLOCKS.has(node.nodeName)) {
      if (found.at(-1).textContent) next();
      else found.at(-1).replaceChildren();
      found.at(-1).append(node);
      next();
      afterBlock = true;
      continue;
    }
    if (afterBlock && parts[0].textContent === "" && parts.length > 1) parts.shift(); // the break that ends the quote
    afterBlock = false;
    parts.forEach((part, index) => {
      if (index) next();
      found.at(-1).append(part);
    });
  }
  if (found.length > 1 && !found.at(-1).textContent) found.pop();
  return found;
}

function split(node) {
  if (!node.textContent.includes("\n")) return [node];
  if (node.nodeType === Node.TEXT_NODE) return node.data.split("\n").map((line) => document.createTextNode(line));
  return lines(node).map((line) => {
    const copy = node.cloneNode(false);
    copy.append(line);
    return copy;
  });
}

function apart(element) {
  const wrapper = h("bdi", { dir: "ltr" });
  element.replaceWith(wrapper);
  wrapper.append(element);
}

/** Puts codes and what the bot isolated into `bdi`, so that they never run backwards. */
function isolate(content) {
  for (const code of content.querySelectorAll("code")) {
    if (code.closest("pre, bdi")) continue;
    apart(code);
  }
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const match = ISOLATED.exec(node.data);
    if (!match) continue;
    const rest = node.splitText(match.index);
    rest.splitText(match[0].length);
    rest.replaceWith(h("bdi", { dir: ISOLATE_DIRECTION[match[1]] }, match[2]));
    walker.currentNode = node;
  }
}
