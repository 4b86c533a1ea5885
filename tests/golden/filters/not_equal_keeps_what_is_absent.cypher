CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE NOT coalesce(company.vat = $p.vat, false) AND company.employees < $p.employees
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND NOT coalesce(company2.vat = $p.vat, false) AND company2.employees < $p.employees
    WITH company2 ORDER BY company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
