CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE NOT EXISTS { MATCH (company)<-[:ACCOUNT_FOR]-(customer:Customer) } AND NOT coalesce(EXISTS { MATCH (company)-[:SUBSIDIARY_OF]->(company2:Party&Company) }, false)
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company3:Party&Company)
      WHERE company3.id IS NOT NULL AND NOT EXISTS { MATCH (company3)<-[:ACCOUNT_FOR]-(customer2:Customer) } AND NOT coalesce(EXISTS { MATCH (company3)-[:SUBSIDIARY_OF]->(company4:Party&Company) }, false) AND company3.sortKey IS NOT NULL
    WITH company3 ORDER BY company3.sortKey, company3.id LIMIT $p.limit
    RETURN collect([company3.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
