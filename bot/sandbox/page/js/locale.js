/** Words, dates and numbers in a language: the page's own one, or that of the person whose chat it is. */

import { WORDS } from "./words.js";

export const LANGUAGES = { en: "English", fa: "فارسی", ar: "العربية" };
const DATES = { en: "en-GB", fa: "fa-IR", ar: "ar-u-nu-arab-ca-gregory" };
const formats = new Map();

export const direction = (language) => (language === "en" ? "ltr" : "rtl");

export const known = (language) => (language in LANGUAGES ? language : "en");

/** The sentence `key` in `language`; `{name}` places are filled in, each kept apart from the text around it. */
export function say(language, key, values = {}) {
  const sentence = WORDS[known(language)][key];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name]}\u2069`);
}

function format(locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

export function number(language, value) {
  return new Intl.NumberFormat(DATES[known(language)], { maximumFractionDigits: 1 }).format(value);
}

/** The zone in which the organisation works: set once from the sandbox's state, else the browser's own. */
let zone;
export function setZone(name) {
  zone = name || undefined;
}

export function time(language, date) {
  return format(DATES[known(language)], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  }).format(date);
}

const DAY = { weekday: "long", day: "numeric", month: "long" };

/** "Friday 20 November": Jalali in Persian, Gregorian else. */
export function day(language, date) {
  return format(DATES[known(language)], { ...DAY, timeZone: zone }).format(date);
}

export function shortDay(language, date) {
  return format(DATES[known(language)], { day: "numeric", month: "short", timeZone: zone }).format(date);
}

export function dayKey(date) {
  return format("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(date);
}

/** The same day in both calendars, the language's own one first. */
export function calendars(language, date) {
  const full = { year: "numeric", month: "long", day: "numeric", timeZone: zone };
  const locale = DATES[known(language)];
  const jalali =
    language === "fa" ? "fa-IR" : `${locale.split("-u-")[0]}-u-ca-persian${language === "ar" ? "-nu-arab" : ""}`;
  const gregorian = language === "fa" ? "fa-IR-u-ca-gregory" : locale;
  const both = [format(gregorian, full).format(date), format(jalali, { ...full, era: undefined }).formatToParts(date)];
  const plain = both[1]
    .filter(({ type }) => type !== "era")
    .map(({ value }) => value)
    .join("")
    .trim()
    .replace("آيان", "آبان"); // the common locale data misspell the month
  return language === "fa" ? [plain, both[0]] : [both[0], plain];
}

export function weekday(language, date) {
  return format(DATES[known(language)], { weekday: "long", timeZone: zone }).format(date);
}

export function duration(language, seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = new Intl.NumberFormat(DATES[known(language)], { minimumIntegerDigits: 2 });
  return `${number(language, Math.floor(whole / 60))}:${two.format(whole % 60)}`;
}

const UNITS = { en: ["B", "KB", "MB"], fa: ["بایت", "کیلوبایت", "مگابایت"], ar: ["بايت", "كيلوبايت", "ميغابايت"] };

export function size(language, bytes) {
  const power = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  return `${number(language, bytes / 1024 ** power)} ${UNITS[known(language)][power]}`;
}
