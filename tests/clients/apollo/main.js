// Apollo Client: as it comes, with automatic persisted queries, and with the ids of its manifest.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { generatePersistedQueryIdsFromManifest } from "@apollo/persisted-query-lists";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { filter, firstValueFrom } from "rxjs";

import { COMPANIES, ONE } from "./queries.js";
import { observed, print } from "../observed.js";

const [, , uri, manifest] = process.argv;

// The pages of a connection are joined in the cache, as its own policy for Relay's connections does it.
const typePolicies = { Query: { fields: { companies: relayStylePagination(["where", "orderBy"]) } } };

async function run(link, companies) {
  const { fetch, requests } = observed();
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies }),
    link: ApolloLink.from([...link, new HttpLink({ uri, fetch })]),
  });
  const where = { name: { ne: "Jingdezhen Blue Kiln" } };
  const watched = client.watchQuery({ query: companies, variables: { first: 5, where } });
  const seen = (count) =>
    firstValueFrom(watched.pipe(filter(({ data }) => data?.companies?.edges.length === count)));
  const first = (await seen(5)).data.companies;
  await watched.fetchMore({ variables: { after: first.pageInfo.endCursor } });
  const both = (await seen(10)).data.companies;
  const error = await client.query({ query: ONE, variables: { id: "1" } }).then(
    () => null,
    (thrown) => (CombinedGraphQLErrors.is(thrown) ? thrown.errors[0].extensions.code : String(thrown)),
  );
  const { totalCount } = both;
  return { totalCount, names: both.edges.map(({ node }) => node.name), error, requests };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const listed = generatePersistedQueryIdsFromManifest({
  loadManifest: async () => JSON.parse(await readFile(manifest, "utf-8")),
});
// A document that no manifest has.
const unlisted = gql(COMPANIES.loc.source.body.replace("query Companies(", "query Unlisted("));
const useGETForHashedQueries = true;

print({
  posted: await run([], COMPANIES),
  persisted: await run([new PersistedQueryLink({ sha256, useGETForHashedQueries })], unlisted),
  trusted: await run([new PersistedQueryLink({ ...listed, useGETForHashedQueries })], COMPANIES),
});
