CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE NOT coalesce(company.website CONTAINS $p.website, false)
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND NOT coalesce(company2.website CONTAINS $p.website, false) AND company2.sortKey IS NOT NULL
    WITH company2 ORDER BY company2.sortKey, company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
