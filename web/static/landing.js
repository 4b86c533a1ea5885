// The landing page: what runs here, what is in it, and three questions with their answers.

import { showAccount, viewedAs, whoSignedOut } from "./account.js";
import { tables } from "./answer.js";
import { ask, graphiqlAddress, variablesText } from "./ask.js";
import { code } from "./code.js";
import { element } from "./element.js";
import { inLanguage, language, say, speak } from "./language.js";
import { chineseLabels } from "./words.js";

const BUTTONS = 3;
const LOOK_AGAIN = 2000;

const at = (id) => document.getElementById(id);

// What the page shows now, so that a change of language can show it again.
let facts = null;
let tabs = [];
let asked = null;
let answer = null;

speak();
showAccount();
inLanguage(showFacts);
inLanguage(showQuestions);
inLanguage(showAnswer);
look();
load("tabs.json").then(
  (loaded) => {
    tabs = loaded;
    showQuestions();
  },
  // Without its examples the page still tells what runs, and `look` says what is wrong.
  () => {},
);

async function load(address) {
  const response = await fetch(address, { headers: { accept: "application/json", ...viewedAs() } });
  whoSignedOut(response);
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
  return response.json();
}

async function look() {
  try {
    facts = await load("facts.json");
  } catch {
    facts = { ...facts, ready: false, away: true };
  }
  showFacts();
  if (!facts.ready) setTimeout(look, LOOK_AGAIN);
}

function showFacts() {
  const state = stateOf(facts);
  at("state").textContent = say(state);
  at("state").dataset.state = state;
  if (!facts?.database) return;
  const { embedded, address, edition } = facts.database;
  at("server").textContent = `Guanxi ${facts.version}`;
  at("database").textContent = `${edition} (${say(embedded ? "embedded" : "external")})`;
  at("address").textContent = address;
  showCounts(facts.counts.filter(({ count }) => count > 0));
}

function stateOf(facts) {
  if (facts === null) return "looking";
  if (facts.away) return "away";
  return facts.ready ? "ready" : "starting";
}

function showCounts(counts) {
  const number = new Intl.NumberFormat(language());
  at("counts").replaceChildren(
    ...counts.map(({ label, title, count }) =>
      element(
        "div",
        {},
        element("dt", {}, (language() === "zh" && chineseLabels[label]) || title),
        element("dd", {}, number.format(count)),
      ),
    ),
  );
  at("empty").hidden = !facts.ready || counts.length > 0;
}

function showQuestions() {
  at("questions").replaceChildren(
    ...tabs.slice(0, BUTTONS).map((tab) => {
      const button = element("button", { type: "button", "aria-controls": "answer" }, tab.title[language()]);
      button.setAttribute("aria-pressed", String(tab === asked));
      button.addEventListener("click", () => question(tab));
      return element("li", {}, button);
    }),
  );
}

async function question(tab) {
  asked = tab;
  answer = null;
  [...at("questions").querySelectorAll("button")].forEach((button, index) => {
    button.setAttribute("aria-pressed", String(tabs[index] === tab));
  });
  showAnswer();
  const started = performance.now();
  let found;
  try {
    found = { response: await ask({ query: tab.query, variables: tab.variables ?? {} }) };
  } catch (error) {
    found = { response: { errors: [{ message: error.message }] }, unanswered: true };
  }
  // A quicker click on another question has taken this one's place.
  if (asked !== tab) return;
  answer = { ...found, milliseconds: Math.max(1, Math.round(performance.now() - started)) };
  showAnswer();
  at("answer").scrollIntoView({ block: "nearest" });
}

function showAnswer() {
  const place = at("answer");
  place.hidden = asked === null;
  if (asked === null) return;
  at("asked").textContent = asked.title[language()];
  at("open").href = graphiqlAddress(asked);
  place.setAttribute("aria-busy", String(answer === null));
  at("progress").textContent = answer === null ? say("asking") : progress();
  at("problems").replaceChildren(...(answer?.response.errors ?? []).map(({ message }) => element("p", {}, message)));
  at("tables").replaceChildren(...(answer?.response.data ? tables(answer.response.data) : []));
  const variables = variablesText(asked.variables);
  at("query").replaceChildren(code(asked.query.trim()));
  if (variables) at("query").append(element("h4", {}, say("variables")), code(variables));
  at("json").replaceChildren(...(answer && !answer.unanswered ? [code(JSON.stringify(answer.response, null, 2))] : []));
}

function progress() {
  if (!answer.response.data) return say("failed");
  return say("answered", { milliseconds: answer.milliseconds });
}
