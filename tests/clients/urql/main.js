// urql with its caches and its exchange for persisted queries.
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

import { observed, print } from "../observed.js";

const [, , url] = process.argv;

const COMPANIES = gql`
  query Unlisted($first: Int!, $after: String, $where: CompanyWhere) {
    companies(first: $first, after: $after, where: $where, orderBy: [{ name: ASC }]) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...Named
      }
    }
  }
  fragment Named on Company {
    id
    name
  }
`;
const ONE = gql`
  query OneUnlisted($id: ID!) {
    company(id: $id) {
      name
    }
  }
`;

async function run(options, exchanges) {
  const { fetch, requests } = observed();
  const client = new Client({ url, fetch, exchanges, ...options });
  const fresh = { requestPolicy: "network-only" };
  const ask = (variables) => client.query(COMPANIES, variables, fresh).toPromise();
  const where = { name: { ne: "Jingdezhen Blue Kiln" } };
  const first = (await ask({ first: 5, where })).data.companies;
  const second = (await ask({ first: 5, after: first.pageInfo.endCursor, where })).data.companies;
  const { error } = await client.query(ONE, { id: "1" }, fresh).toPromise();
  const { totalCount } = first;
  const names = [...first.nodes, ...second.nodes].map(({ name }) => name);
  return { totalCount, names, error: error.graphQLErrors[0]?.extensions.code ?? error.message, requests };
}

print({
  posted: await run({ preferGetMethod: false }, [cacheExchange, fetchExchange]),
  got: await run({ preferGetMethod: true }, [cacheExchange, fetchExchange]),
  persisted: await run({ preferGetMethod: false }, [
    cacheExchange,
    persistedExchange({ preferGetForPersistedQueries: true }),
    fetchExchange,
  ]),
});
