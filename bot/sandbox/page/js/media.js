/** Photos, albums, voice messages and files inside bubbles. */

import { h, icon, iconButton } from "./dom.js";
import { showDialog } from "./layer.js";
import { duration, say, size } from "./locale.js";

const PICTURES = new Set(["photo", "video", "animation", "sticker"]);

export function media(album, view) {
  if (album.every(({ kind }) => kind === "photo" || kind === "video")) return mosaic(album, view);
  return h("div.files", {}, ...album.map((message) => single(message, view)));
}

function single(message, view) {
  if (PICTURES.has(message.kind)) return mosaic([message], view);
  if (message.kind === "voice" || message.kind === "audio" || message.kind === "video_note")
    return player(message, view);
  if (message.file) return file(message, view);
  return other(message, view);
}

/** Kinds that have no file: a place, a contact, a poll, a throw of the dice. */
function other({ kind, data = {} }, view) {
  if (kind === "dice") return h("div.dice", {}, `${data.emoji} ${data.value}`);
  const place = data.location ?? data;
  const point = place.latitude === undefined ? "" : `${place.latitude}, ${place.longitude}`;
  const title = data.title ?? data.first_name ?? data.question ?? say(view.language, "location");
  const detail = data.address ?? data.phone_number ?? data.options?.map(({ text }) => text).join(" · ") ?? point;
  const sign = { contact: "group", poll: "help" }[kind] ?? "place";
  return h(
    "div.file",
    {},
    h("span.file-sign", {}, icon(sign)),
    h("span.file-words", {}, h("bdi.file-name", {}, title), h("bdi.file-size", {}, detail)),
  );
}

function mosaic(album, view) {
  const tiles = album.map((message) => tile(message, view));
  return h(`div.mosaic.of-${Math.min(album.length, 4)}`, {}, ...tiles);
}

function tile(message, view) {
  if (message.kind === "photo" || message.kind === "sticker") {
    const picture = h("img", {
      src: message.file,
      alt: message.text || say(view.language, "photo"),
      loading: "lazy",
      draggable: "false",
      onload: view.grown,
    });
    return h(
      "button.tile",
      { type: "button", "aria-label": say(view.language, "photo"), onclick: () => enlarge(message, view) },
      picture,
    );
  }
  return h("video.tile", { src: message.file, controls: true, preload: "metadata", onloadedmetadata: view.grown });
}

function enlarge(message, view) {
  const close = () => dialog.close();
  const picture = h("img", { src: message.file, alt: message.text || say(view.language, "photo") });
  const caption = message.text ? h("p.viewer-caption", { dir: "auto" }, message.text) : null;
  const dialog = showDialog("viewer", say(view.language, "photo"), [
    iconButton("close", say(view.language, "close"), close),
    h("div.viewer-stage", { onclick: close }, picture),
    caption,
  ]);
}

function file(message, view) {
  const name = message.name || say(view.language, "document");
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4) : "";
  return h(
    "a.file",
    { href: message.file, download: name, "aria-label": say(view.language, "download", { name }) },
    h("span.file-sign", {}, icon("file"), h("span.file-ending", { dir: "ltr" }, ending)),
    h(
      "span.file-words",
      {},
      h("bdi.file-name", {}, name),
      h("span.file-size", {}, message.size ? size(view.language, message.size) : ""),
    ),
  );
}

const BARS = 38;

/** A player of its own, because the browser's is neither small nor mirrored. */
function player(message, view) {
  const sound = h("audio", { src: message.file, preload: "metadata" });
  const bars = heights(message.id).map((height) => h("i", { vars: { "--height": `${height}%` } }));
  const left = h("span.voice-time", {}, message.duration ? duration(view.language, message.duration) : "");
  const wave = h(
    "span.wave",
    {
      role: "slider",
      tabIndex: 0,
      "aria-label": say(view.language, "voiceMessage"),
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": "0",
    },
    ...bars,
  );
  const button = h(
    "button.voice-button",
    {
      type: "button",
      "aria-label": say(view.language, "play"),
      onclick: () => (sound.paused ? sound.play() : sound.pause()),
    },
    icon("play"),
  );
  const length = () => (Number.isFinite(sound.duration) ? sound.duration : (message.duration ?? 0));
  const draw = () => {
    const part = length() ? sound.currentTime / length() : 0;
    bars.forEach((bar, index) => bar.classList.toggle("played", part > 0 && index < part * BARS));
    wave.setAttribute("aria-valuenow", String(Math.round(part * 100)));
    left.textContent = duration(view.language, sound.paused && !sound.currentTime ? length() : sound.currentTime);
  };
  const turn = () => {
    button.replaceChildren(icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", say(view.language, sound.paused ? "play" : "pause"));
  };
  const seek = (part) => {
    if (length()) sound.currentTime = Math.max(0, Math.min(1, part)) * length();
  };
  sound.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
    turn();
  });
  sound.addEventListener("pause", turn);
  sound.addEventListener("timeupdate", draw);
  sound.addEventListener("loadedmetadata", draw);
  sound.addEventListener("ended", () => {
    sound.currentTime = 0;
  });
  wave.addEventListener("click", ({ clientX }) => {
    const box = wave.getBoundingClientRect();
    seek(view.direction === "rtl" ? (box.right - clientX) / box.width : (clientX - box.left) / box.width);
  });
  wave.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    seek((sound.currentTime + step * (view.direction === "rtl" ? -1 : 1)) / length());
  });
  return h("div.voice", {}, sound, button, h("span.voice-body", {}, wave, left));
}

/** The look of a voice: the same for the same message. */
function heights(seed) {
  let state = (Number(seed) || 1) * 2654435761;
  return Array.from({ length: BARS }, (_, index) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    const swell = Math.sin((index / BARS) * Math.PI * 3) ** 2;
    return Math.round(18 + 50 * swell + 30 * (state / 4294967296));
  });
}
