// Which language the page speaks: the one chosen here before, else the first of the browser's that we have, else English.

import { words } from "./words.js";

const REMEMBERED = "guanxi:language";
const TAGS = { en: "en", zh: "zh-CN" };

let current = remembered() ?? preferred();
const listeners = [];

export function language() {
  return current;
}

export function say(key, values = {}) {
  const text = words[current][key];
  if (text === undefined) throw new Error(`words.js has no text "${key}" in ${current}; add it in both languages.`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Call `show` now and whenever the language changes.
export function inLanguage(show) {
  listeners.push(show);
  show();
}

// Write the texts of every element that names one, and make the page's language switch work.
export function speak() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => choose(button.dataset.language));
  }
  inLanguage(() => {
    document.documentElement.lang = TAGS[current];
    document.title = say(document.documentElement.dataset.title);
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
    for (const element of document.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", say(element.dataset.label));
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === current));
    }
  });
}

function choose(chosen) {
  current = chosen;
  try {
    localStorage.setItem(REMEMBERED, chosen);
  } catch {
    // Where storage is forbidden, the choice lasts as long as the page.
  }
  for (const show of listeners) show();
}

function remembered() {
  try {
    const chosen = localStorage.getItem(REMEMBERED);
    return chosen in words ? chosen : null;
  } catch {
    return null;
  }
}

function preferred() {
  const known = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase()).find((tag) => tag in words);
  return known ?? "en";
}
