/** Links to the bot are opened by a person of the demo; any other opens in a new tab. */

import { api } from "./api.js";
import { open } from "./columns.js";
import { avatar, h, icon } from "./dom.js";
import { showDialog, toast } from "./layer.js";
import { direction, LANGUAGES, say } from "./locale.js";
import { attempt, reload, store } from "./store.js";

/** The payload of a link to this bot, else null. */
export function payloadOf(url) {
  let link;
  try {
    link = new URL(url);
  } catch {
    return null;
  }
  const path = link.protocol === "tg:" ? link.searchParams.get("domain") : link.pathname.slice(1);
  const ours = /^(t\.me|telegram\.me)$/.test(link.hostname) || link.protocol === "tg:";
  if (!ours || path?.toLowerCase() !== store.bot.username.toLowerCase()) return null;
  return link.searchParams.get("start") ?? "";
}

export function follow(url) {
  const payload = payloadOf(url);
  if (payload !== null) chooseWho(payload);
  else if (/^https?:/.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

const words = (key, values) => say(store.language, key, values);
const settings = () => ({ dir: direction(store.language), lang: store.language });
const report = (reason) => toast(words("failed", { reason }), { dir: direction(store.language) });

function chooseWho(payload) {
  const pickPerson = async (id) => {
    dialog.close();
    open(id, { beside: true });
    await attempt(() => api.start(id, payload), report);
  };
  const rows = [...store.people.values()].map((someone) =>
    h(
      "button.pick",
      { type: "button", onclick: () => pickPerson(someone.id) },
      avatar(someone.name),
      h("span", {}, h("bdi", {}, someone.name), h("small", {}, someone.role?.[store.language] ?? "")),
    ),
  );
  const newcomer = () => {
    dialog.close();
    createPerson(payload);
  };
  const dialog = showDialog(
    "sheet",
    words("openLink"),
    [
      h("h2", {}, words("openLink")),
      h("p.hint", {}, words("openLinkHint")),
      h(
        "div.picks",
        {},
        h(
          "button.pick.someone-new",
          { type: "button", onclick: newcomer },
          h("span.avatar", {}, icon("plus")),
          h("span", {}, words("someoneNew")),
        ),
        ...rows,
      ),
      h(
        "div.dialog-actions",
        {},
        h("button.plain", { type: "button", onclick: () => dialog.close() }, words("cancel")),
      ),
    ],
    settings(),
  );
}

const EXAMPLES = { en: "Alex Morgan", fa: "نیلوفر احمدی", ar: "يوسف حداد" };

/** Asks for a name and a language; with a payload the new person opens that link at once. */
export function createPerson(payload) {
  const name = h("input", {
    name: "name",
    required: true,
    maxLength: 64,
    autocomplete: "off",
    placeholder: EXAMPLES[store.language],
    oninput: () => (name.dir = name.value ? "auto" : ""),
  });
  const language = h(
    "select",
    { name: "language" },
    ...Object.entries(LANGUAGES).map(([code, label]) =>
      h("option", { value: code, lang: code, selected: code === store.language }, label),
    ),
  );
  const link = h("input", {
    name: "link",
    type: "text",
    dir: "ltr",
    autocomplete: "off",
    placeholder: `https://t.me/${store.bot.username}?start=…`,
  });
  const submit = async (event) => {
    event.preventDefault();
    dialog.close();
    const given = payload ?? payloadOf(link.value.trim()) ?? undefined;
    const made = await attempt(() => api.join(name.value.trim(), language.value, given), report);
    if (!made) return;
    await reload();
    open(made.id, { beside: payload !== undefined });
  };
  const dialog = showDialog(
    "sheet",
    words("newPerson"),
    [
      h(
        "form",
        { onsubmit: submit },
        h("h2", {}, words("newPerson")),
        h("label", {}, h("span", {}, words("name")), name),
        h("label", {}, h("span", {}, words("personLanguage")), language),
        payload === undefined &&
          h("label", {}, h("span", {}, words("inviteLink")), link, h("small.hint", {}, words("inviteHint"))),
        h(
          "div.dialog-actions",
          {},
          h("button.plain", { type: "button", onclick: () => dialog.close() }, words("cancel")),
          h("button.strong", { type: "submit" }, words("create")),
        ),
      ),
    ],
    settings(),
  );
  name.focus();
}
