// Relay as an application uses it: compiled artifacts, documents by id, a store that joins the pages of a connection.
import relay from "relay-runtime";

import Company from "./__generated__/queriesCompany.graphql.js";
import Companies from "./__generated__/queriesCompanies.graphql.js";
import Pagination from "./__generated__/queriesCompaniesPaginationQuery.graphql.js";
import Directory from "./__generated__/queriesDirectoryQuery.graphql.js";
import One from "./__generated__/queriesOneQuery.graphql.js";
import { observed, print } from "../observed.js";

const { Environment, Network, RecordSource, Store, createOperationDescriptor, fetchQuery, getSingularSelector } = relay;
const [, , url] = process.argv;
const { fetch, requests } = observed();

async function ask(parameters, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ documentId: parameters.id, query: parameters.text ?? undefined, variables }),
  });
  return response.json();
}

const environment = new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });

async function load(query, variables) {
  const data = await fetchQuery(environment, query, variables).toPromise();
  environment.retain(createOperationDescriptor(query, variables));
  return data;
}

// What a component would see: the fragment's data, and of each edge the data of its fragment.
function shown(root) {
  const { data } = environment.lookup(getSingularSelector(Companies, root));
  const names = data.companies.edges.map(
    ({ node }) => environment.lookup(getSingularSelector(Company, node)).data.name,
  );
  const { totalCount, pageInfo } = data.companies;
  return { totalCount, names, pageInfo };
}

const where = { name: { ne: "Jingdezhen Blue Kiln" } };
const root = await load(Directory, { first: 5, where });
const first = shown(root);
await load(Pagination, { first: 5, after: first.pageInfo.endCursor, where });
const both = shown(root);
const error = await load(One, { id: "1" }).then(
  () => null,
  (thrown) => thrown.source.errors[0].extensions.code,
);
const { totalCount, names } = both;
print({ totalCount, names, error, requests });
