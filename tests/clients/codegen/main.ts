// A client of one's own over fetch, whose types and documents graphql-codegen has generated.
import { graphql, useFragment } from "./generated/index.ts";
import type { TypedDocumentString } from "./generated/graphql.ts";
import { observed, print } from "../observed.js";

const NAMED = graphql(`
  fragment Named on Company {
    id
    name
  }
`);
const COMPANIES = graphql(`
  query Companies($first: Int!, $after: String, $where: CompanyWhere) {
    companies(first: $first, after: $after, where: $where, orderBy: [{ name: ASC }]) {
      totalCount
      pageInfo {
        endCursor
      }
      nodes {
        ...Named
      }
    }
  }
`);
const ONE = graphql(`
  query One($id: ID!) {
    company(id: $id) {
      name
    }
  }
`);

const url = process.argv[2] ?? "";
const { fetch, requests } = observed();

async function ask<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ documentId: document.__meta__?.["hash"], variables }),
  });
  return (await response.json()) as { data: Data; errors?: { extensions: { code: string } }[] };
}

const where = { name: { ne: "Jingdezhen Blue Kiln" } };
const first = (await ask(COMPANIES, { first: 5, where })).data.companies;
const second = (await ask(COMPANIES, { first: 5, after: first.pageInfo.endCursor, where })).data.companies;
const error = (await ask(ONE, { id: "1" })).errors?.[0]?.extensions.code;
const { totalCount } = first;
const names = [...first.nodes, ...second.nodes].map((node) => useFragment(NAMED, node).name);
print({ totalCount, names, error, requests });
