CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE (company.uscc IS NULL) = $p.uscc AND (company.vat IS NULL) = $p.vat
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND (company2.uscc IS NULL) = $p.uscc AND (company2.vat IS NULL) = $p.vat AND company2.sortKey IS NOT NULL
    WITH company2 ORDER BY company2.sortKey, company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
