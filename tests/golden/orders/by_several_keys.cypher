CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL
  WITH company ORDER BY company.employees IS NULL, company.employees DESC, company.sortKey, company.id LIMIT $p.limit
  RETURN collect([company.employees, company.name]) AS companiesRows
}
RETURN [companiesRows] AS answer
