// GraphQL and JSON in colours, from text to elements.

import { element } from "./element.js";

const TOKENS = new RegExp(
  [
    /(?<comment>#.*)/,
    /(?<name>"(?:[^"\\]|\\.)*"(?=\s*:)|\b\w+(?=\s*:))/,
    /(?<text>"(?:[^"\\]|\\.)*")/,
    /(?<keyword>\b(?:query|mutation|fragment|on|true|false|null)\b)/,
    /(?<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)/,
    /(?<variable>\$\w+)/,
  ]
    .map((token) => token.source)
    .join("|"),
  "g",
);

export function code(source) {
  const parts = [];
  let end = 0;
  for (const match of source.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    parts.push(source.slice(end, match.index), element("span", { class: kind }, match[0]));
    end = match.index + match[0].length;
  }
  return element("pre", { tabindex: "0" }, element("code", {}, ...parts, source.slice(end)));
}
