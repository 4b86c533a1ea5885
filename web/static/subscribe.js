// Subscriptions for GraphiQL, as server-sent events: they take no more than a request whose answer goes on.

import { viewedAs } from "./account.js";

// The editor parses a document some time after it was typed, so its text is looked at, without texts and comments.
export function isSubscription(query, name) {
  const bare = (query ?? "").replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, " ");
  const operations = [...bare.matchAll(/(?:^|[}\s])(query|mutation|subscription)\b\s*(\w*)\s*(?=[({@])/g)];
  const chosen = name ? operations.filter((each) => each[2] === name) : operations;
  return chosen.length === 1 && chosen[0][1] === "subscription";
}

// Each response of a subscription, until it ends or nobody wants to know any more.
export async function* subscribe(request, headers = {}) {
  const stop = new AbortController();
  try {
    const response = await fetch("graphql", {
      method: "POST",
      headers: { ...viewedAs(), ...headers, "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify(request),
      signal: stop.signal,
    });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      yield await response.json();
      return;
    }
    for await (const data of events(response.body.pipeThrough(new TextDecoderStream()).getReader())) {
      yield JSON.parse(data);
    }
  } finally {
    stop.abort();
  }
}

// The data of each event that has some. An event ends with an empty line.
async function* events(reader) {
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      if (data) yield data.slice("data: ".length);
    }
  }
}
