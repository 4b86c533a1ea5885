// One GraphQL request to this server.

import { viewedAs, whoSignedOut } from "./account.js";
import { say } from "./language.js";

// The response as GraphQL defines it. A server that cannot be reached, or that says something else, throws a sentence.
export async function ask(request, headers = {}) {
  let response;
  try {
    response = await fetch("graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...viewedAs(),
        ...headers,
      },
      body: JSON.stringify(request),
    });
  } catch {
    throw new Error(say("unreachable"));
  }
  whoSignedOut(response);
  try {
    return await response.json();
  } catch {
    throw new Error(say("notGraphql", { status: response.status }));
  }
}

// Where GraphiQL opens with this question. It stands after the #, which no browser sends to a server, so no log keeps it.
export function graphiqlAddress({ query, variables }) {
  return `graphql#${new URLSearchParams({ query, variables: variablesText(variables) })}`;
}

export function variablesText(variables) {
  return Object.keys(variables ?? {}).length ? JSON.stringify(variables, null, 2) : "";
}
