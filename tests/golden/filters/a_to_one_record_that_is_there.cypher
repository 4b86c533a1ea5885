CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE EXISTS { MATCH (company)-[:SUBSIDIARY_OF]->(company2:Party&Company) }
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company3:Party&Company)
      WHERE company3.id IS NOT NULL AND EXISTS { MATCH (company3)-[:SUBSIDIARY_OF]->(company4:Party&Company) }
    WITH company3 ORDER BY company3.id LIMIT $p.limit
    RETURN collect([company3.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
