// Subscriptions as graphql-ws and graphql-sse make them: the first three changes, and what is refused.
import { createClient as overWebSocket } from "graphql-ws";
import { createClient as overEvents } from "graphql-sse";

import { print } from "../observed.js";

const [, , url] = process.argv;

const CHANGED = "subscription ($types: [RecordType!]) { changed(types: $types) { id record { id } } }";
const variables = { types: ["Company"] };

async function found(client) {
  const told = [];
  for await (const { data } of client.iterate({ query: CHANGED, variables })) {
    told.push(data.changed);
    if (told.length === 3) break;
  }
  let refused = null;
  try {
    for await (const _ of client.iterate({ query: "subscription { changed { nobody } }" }));
  } catch (error) {
    refused = Array.isArray(error) ? error[0].extensions.code : (error.response?.status ?? String(error));
  }
  await client.dispose();
  return { told, refused };
}

const [webSocket, events] = await Promise.all([
  found(overWebSocket({ url: url.replace("http", "ws") })),
  found(overEvents({ url })),
]);
print({ webSocket, events });
