// The documents of the application. generate-persisted-query-manifest finds them here too.
import { gql } from "@apollo/client";

export const COMPANIES = gql`
  query Companies($first: Int!, $after: String, $where: CompanyWhere) {
    companies(first: $first, after: $after, where: $where, orderBy: [{ name: ASC }]) {
      totalCount
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      edges {
        cursor
        node {
          ...Named
        }
      }
    }
  }
  fragment Named on Company {
    id
    name
  }
`;

export const ONE = gql`
  query One($id: ID!) {
    company(id: $id) {
      name
    }
  }
`;
