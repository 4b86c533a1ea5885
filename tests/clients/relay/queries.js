// What relay-compiler reads. It is never run: the artifacts are, which name each document by the hash of its text.
import { graphql } from "relay-runtime";

graphql`
  query queriesDirectoryQuery($first: Int!, $after: String, $where: CompanyWhere) {
    ...queriesCompanies @arguments(first: $first, after: $after, where: $where)
  }
`;

graphql`
  fragment queriesCompanies on Query
  @refetchable(queryName: "queriesCompaniesPaginationQuery")
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }, where: { type: "CompanyWhere" }) {
    companies(first: $first, after: $after, where: $where, orderBy: [{ name: ASC }])
      @connection(key: "queries_companies") {
      totalCount
      edges {
        node {
          ...queriesCompany
        }
      }
    }
  }
`;

graphql`
  fragment queriesCompany on Company {
    id
    name
  }
`;

graphql`
  query queriesOneQuery($id: ID!) {
    company(id: $id) {
      ...queriesCompany
    }
  }
`;
