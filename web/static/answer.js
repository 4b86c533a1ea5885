// A GraphQL answer as tables that people read: one per root field, one row per record.

import { element } from "./element.js";
import { language, say } from "./language.js";

const AT_MOST = 6;
const UNSHOWN = new Set(["__typename", "cursor", "pageInfo"]);

export function tables(data) {
  return Object.entries(data).flatMap(([field, value]) => {
    const { rows, total, rest } = listed(field, value);
    const shown = [table(field, rows, total)];
    if (Object.keys(rest).length) shown.push(table(field, [rest], null));
    return shown;
  });
}

// The rows of a root field, whichever shape it has: a connection by nodes or by edges, a list, a record, a value.
function listed(field, value) {
  if (isConnection(value)) {
    const { nodes, edges, totalCount = null, pageInfo, ...rest } = value;
    return { rows: rowsOf(value), total: totalCount, rest };
  }
  if (Array.isArray(value)) return { rows: value.map((item) => asRow(field, item)), total: null, rest: {} };
  return { rows: value === null ? [] : [asRow(field, value)], total: null, rest: {} };
}

function isConnection(value) {
  return isRecord(value) && (Array.isArray(value.nodes) || Array.isArray(value.edges));
}

function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// What an edge says of the relationship stands beside what its node says of the record.
function rowsOf({ nodes, edges }) {
  return nodes ?? edges.map(({ node, ...edge }) => ({ ...node, ...edge }));
}

function asRow(field, item) {
  return isRecord(item) ? item : { [field]: item };
}

function table(field, rows, total) {
  if (!rows.length) return element("p", { class: "quiet" }, say("nothing"));
  const name = readable(field);
  const caption = element("caption", {}, element("span", { class: "field" }, name));
  if (total !== null) caption.append(" ", element("span", { class: "quiet" }, say("shown", { shown: rows.length, total })));
  const columns = columnsOf(rows);
  const heads = columns.map((column) => element("th", { scope: "col", role: "columnheader" }, column.name));
  const body = rows.map((_, row) =>
    element("tr", { role: "row" }, ...columns.map((column) => cell(column.name, column.values[row]))),
  );
  // A table wider than the page scrolls by itself, and the keyboard must be able to reach it. The roles are said because
  // a narrow page lays the rows out as cards, and then they would be lost.
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    element(
      "table",
      { role: "table" },
      caption,
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
      element("tbody", { role: "rowgroup" }, ...body),
    ),
  );
}

// One column per value: what stands in a related record has columns of its own, named after both.
function columnsOf(rows, prefix = "") {
  const keys = new Set(rows.flatMap((row) => Object.keys(row ?? {})));
  return [...keys].filter((key) => !UNSHOWN.has(key)).flatMap((key) => {
    const values = rows.map((row) => row?.[key]);
    const name = prefix ? `${prefix} · ${readable(key).toLowerCase()}` : readable(key);
    const related = values.some((value) => isRecord(value) && !isConnection(value));
    return related ? columnsOf(values, name) : [{ name, values }];
  });
}

function cell(column, value) {
  const attributes = { role: "cell", "data-column": column };
  const items = isConnection(value) ? rowsOf(value) : value;
  if (!Array.isArray(items)) return element("td", attributes, text(value));
  const listing = items.slice(0, AT_MOST).map((item) => element("li", {}, text(item)));
  const total = isConnection(value) ? (value.totalCount ?? items.length) : items.length;
  const others = total - listing.length;
  if (others > 0) listing.push(element("li", { class: "quiet" }, say("others", { count: others })));
  return element("td", attributes, listing.length ? element("ul", {}, ...listing) : "–");
}

function text(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (typeof value === "number") return new Intl.NumberFormat(language()).format(value);
  if (typeof value === "string") return moment(value) ?? value;
  if (Array.isArray(value)) return value.map(text).join(", ");
  if (isConnection(value)) return rowsOf(value).map(text).join(", ");
  const parts = Object.entries(value).filter(([key]) => !UNSHOWN.has(key));
  // An id tells people nothing where something else does.
  const telling = parts.length > 1 ? parts.filter(([key]) => key !== "id") : parts;
  return telling.map(([, part]) => text(part)).join(" · ");
}

function moment(value) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return null;
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(date);
}

// `worksAt` becomes "Works at", as the schema's names are English in both languages.
function readable(key) {
  const spaced = key.replace(/([a-z0-9])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
