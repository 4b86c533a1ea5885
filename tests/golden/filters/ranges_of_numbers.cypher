CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.employees <= $p.employees AND company.employees > $p.employees2
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND company2.employees <= $p.employees AND company2.employees > $p.employees2
    WITH company2 ORDER BY company2.employees, company2.id LIMIT $p.limit
    RETURN collect([company2.employees]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
