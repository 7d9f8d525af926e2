/** Making elements: `h("p.note", {onclick}, "text", child)`; text is always text, never markup. */

const PATHS = {
  send: "M3.4 20.4l17.5-7.5c.8-.4.8-1.500 0-1.800L3.400 3.600c-.7-.3-1.400.2-1.400.9v4.600c0 .5.4.9.9 1l9.600 1.900-9.600 1.900c-.5.1-.9.500-.9 1v4.600c0 .7.700 1.200 1.400.9z",
  clip: "M16.500 6v11.500a4 4 0 0 1-8 0V5a2.500 2.500 0 0 1 5 0v10.500a1 1 0 0 1-2 0V6H10v9.500a2.500 2.500 0 0 0 5 0V5a4 4 0 0 0-8 0v12.500a5.500 5.500 0 0 0 11 0V6z",
  mic: "M12 14.500a3.300 3.300 0 0 0 3.300-3.300V5.300a3.300 3.300 0 0 0-6.600 0v5.900a3.300 3.300 0 0 0 3.300 3.300zm6-3.300a6 6 0 0 1-12 0H4.300a7.700 7.700 0 0 0 6.800 7.600V22h1.800v-3.200a7.700 7.700 0 0 0 6.800-7.600z",
  back: "M20 11H7.800l5.600-5.600L12 4l-8 8 8 8 1.400-1.400L7.800 13H20z",
  close:
    "M18.300 5.700L12 12l6.300 6.300-1.400 1.400L10.600 13.400 4.300 19.700 2.900 18.300 9.200 12 2.900 5.700l1.400-1.400 6.300 6.300 6.300-6.300z",
  pin: "M16 9V4h1V2H7v2h1v5l-2 3v2h5v7l1 1 1-1v-7h5v-2z",
  more: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  reply: "M10 9V5l-7 7 7 7v-4.100c5 0 8.500 1.600 11 5.100-1-5-4-10-11-11z",
  edit: "M3 17.300V21h3.800L17.800 9.900l-3.700-3.700zM20.700 7a1 1 0 0 0 0-1.400l-2.300-2.300a1 1 0 0 0-1.400 0l-1.800 1.800 3.700 3.700z",
  copy: "M16 1H5a2 2 0 0 0-2 2v13h2V3h11zm3 4H9a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2zm0 16H9V7h10z",
  open: "M7 17L17 7M9 7h8v8",
  lock: "M17 9V7A5 5 0 0 0 7 7v2a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-9a2 2 0 0 0-2-2zM9 7a3 3 0 0 1 6 0v2H9z",
  ticks: "M1.500 12.800l4.600 4.600L16.300 7.200M10.500 16.200l1.200 1.200L21.900 7.200",
  play: "M8 5.100v13.800c0 .8.900 1.300 1.500.8l10.300-6.900a1 1 0 0 0 0-1.600L9.500 4.300C8.900 3.800 8 4.300 8 5.100z",
  pause: "M7 5h3.500v14H7zm6.500 0H17v14h-3.500z",
  file: "M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8zm-1 7V3.500L18.500 9z",
  image:
    "M19 4H5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2V6a2 2 0 0 0-2-2zM8.500 8a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400zM5.500 18l4-5 2.600 3.100L15.500 12l4 6z",
  album:
    "M7 3h12a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm1 11h10l-3.300-4.400-2.500 3.200-1.700-2zM1 7h2v12h14v2H3a2 2 0 0 1-2-2z",
  down: "M6 9.500l6 6 6-6",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
  help: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 16h-2v-2h2zm2-7.500l-.9.900c-.7.700-1.100 1.300-1.100 2.600h-2v-.5c0-1.100.4-2.100 1.200-2.800l1.200-1.300a2 2 0 1 0-3.400-1.400H8a4 4 0 1 1 7 2.500z",
  columns: "M4 4h6.500v16H4a2 2 0 0 1-2-2V6c0-1.100.9-2 2-2zm9.500 0H20a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-6.500z",
  clock: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm4.200 14.200L11 13V7h1.500v5.200l4.500 2.700z",
  forward: "M4 18l8.500-6L4 6zm9-12v12l8.500-6z",
  place:
    "M12 2a7 7 0 0 0-7 7c0 5.200 7 13 7 13s7-7.800 7-13a7 7 0 0 0-7-7zm0 9.500a2.500 2.500 0 1 1 0-5 2.500 2.500 0 0 1 0 5z",
  ban: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM4 12a8 8 0 0 1 12.900-6.300L5.700 16.900A8 8 0 0 1 4 12zm8 8a8 8 0 0 1-4.900-1.700L18.300 7.100A8 8 0 0 1 12 20z",
  group:
    "M8.500 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zm7.500 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8.500 13C5.800 13 1 14.300 1 17v2h15v-2c0-2.700-4.800-4-7.500-4zm7.500 0c-.3 0-.7 0-1 .1 1.200.8 2.500 2.100 2.500 3.900v2H23v-2c0-2.700-4.300-4-7-4z",
};
const STROKED = new Set(["open", "ticks", "down"]);
const MIRRORED = new Set(["send", "back", "reply", "forward"]);
const SVG = "http://www.w3.org/2000/svg";

/** A new element from `tag.class.class`; null and false children are left out. */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "vars") for (const [key, each] of Object.entries(value)) element.style.setProperty(key, each);
  else if (name in element && typeof value !== "string") element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  if (STROKED.has(name)) svg.classList.add("stroked");
  if (MIRRORED.has(name)) svg.classList.add("mirrored");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

/** Makes `parent` hold exactly `nodes`, moving as little as it can: what plays or has the focus stays in place. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

const HUES = [172, 205, 262, 18, 336, 142, 40];

/** A round sign with the initials; the colour follows the name, so that a person keeps it. */
export function avatar(name, { bot = false, group = false } = {}) {
  if (bot) return h("span.avatar.bot", { "aria-hidden": "true" }, h("img", { src: "/page/icon.svg", alt: "" }));
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  const initials = name
    .split(/[\s\u200c]+/u)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("\u200c");
  const vars = { "--hue": String(HUES[sum % HUES.length]) };
  return h("span.avatar", { "aria-hidden": "true", vars }, group ? icon("group") : initials.toUpperCase());
}
