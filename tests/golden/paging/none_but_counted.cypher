CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL
    WITH company2 ORDER BY company2.id LIMIT $p.limit
    RETURN collect([company2.name, company2.id]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
