// GraphiQL with the Explorer, opened with the worked examples. Its own texts are English; ours follow the language.

/* global React, ReactDOM, GraphiQL, GraphiQLPluginExplorer */

import { showAccount } from "./account.js";
import { ask, variablesText } from "./ask.js";
import { element } from "./element.js";
import { inLanguage, language, speak } from "./language.js";
import { isSubscription, subscribe } from "./subscribe.js";

const { createElement, useEffect } = React;

// GraphiQL's tabs and editors, which only a component inside it can reach: set on every rendering.
let editor = null;

speak();
showAccount();
const tabs = await examples();
inLanguage(showExamples);
rememberFirst();
ReactDOM.createRoot(document.getElementById("graphiql")).render(createElement(Page));
addEventListener("hashchange", openAddress);

async function examples() {
  try {
    const response = await fetch("tabs.json", { headers: { accept: "application/json" } });
    const loaded = response.ok ? await response.json() : [];
    return loaded.map(({ title, query, variables }) => ({ title, query: query.trim(), variables: variablesText(variables) }));
  } catch {
    // GraphiQL is of use without examples.
    return [];
  }
}

// GraphiQL takes the first tab's query from `defaultTabs`, but its variables only from what it remembers.
function rememberFirst() {
  try {
    if (!tabs.length || localStorage.getItem("graphiql:tabState") !== null) return;
    localStorage.setItem("graphiql:query", tabs[0].query);
    localStorage.setItem("graphiql:variables", tabs[0].variables);
  } catch {
    // Where storage is forbidden, the first tab lacks its variables.
  }
}

function Page() {
  return createElement(
    GraphiQL,
    {
      fetcher: (request, options) =>
        isSubscription(request.query, request.operationName)
          ? subscribe(request, options?.headers)
          : ask(request, options?.headers),
      plugins: [explorer],
      // What a person has open is remembered by GraphiQL itself and comes before these.
      defaultTabs: tabs.length ? tabs.map(({ query, variables }) => ({ query, variables })) : undefined,
      // A new tab is empty: the Explorer would take GraphiQL's welcome, which is all comment, for the tab before it.
      defaultQuery: "",
      defaultEditorToolsVisibility: tabs[0]?.variables ? "variables" : false,
      // A header may hold a token, which has no place in the browser's storage.
      showPersistHeadersSettings: false,
    },
    createElement(GraphiQL.Logo, null, createElement(Inside)),
  );
}

const explorer = GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false });

// Hands GraphiQL's tabs and editors to our header, and shows nothing.
function Inside() {
  editor = GraphiQL.React.useEditorContext();
  const ready = Boolean(editor.queryEditor && editor.variableEditor);
  useEffect(() => {
    if (ready) openAddress();
  }, [ready]);
  // With many tabs the strip scrolls: a new tab is at its far end, and a plugin's pane makes it narrower.
  useEffect(showActiveTab, [editor.activeTabIndex, editor.tabs.length]);
  useEffect(() => {
    const strip = new ResizeObserver(showActiveTab);
    strip.observe(document.querySelector(".graphiql-session-header"));
    return () => strip.disconnect();
  }, []);
  return null;
}

function showActiveTab() {
  document.querySelector(".graphiql-tab-active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function showExamples() {
  document.getElementById("example-list").replaceChildren(
    ...tabs.map((tab) => {
      const button = element("button", { type: "button" }, tab.title[language()]);
      button.addEventListener("click", () => {
        document.getElementById("examples").hidePopover();
        open(tab);
      });
      return element("li", {}, button);
    }),
  );
}

// What the address asks for: `#query=…&variables=…`, from the landing page, or `#documentation`.
function openAddress() {
  const wanted = location.hash.slice(1);
  if (!wanted) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (wanted === "documentation") {
    // The button also opens the pane, which the plugin's own state does not. Where it is open already, there is none.
    document.querySelector('[aria-label="Show Documentation Explorer"]')?.click();
    return;
  }
  const parts = new URLSearchParams(wanted);
  const query = parts.get("query");
  if (query) open({ query: query.trim(), variables: parts.get("variables") ?? "" });
}

// In a tab of its own, or in the one that has exactly this question already.
function open({ query, variables }) {
  const there = editor.tabs.findIndex((tab) => tab.query === query && (tab.variables ?? "") === variables);
  if (there >= 0) {
    editor.changeTab(there);
    return;
  }
  // The editors take the new question only when the new tab is the active one.
  ReactDOM.flushSync(() => editor.addTab());
  editor.variableEditor.setValue(variables);
  editor.queryEditor.setValue(query);
}
