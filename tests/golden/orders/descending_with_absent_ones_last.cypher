CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL
  WITH company ORDER BY company.vat IS NULL, company.vat DESC, company.id DESC LIMIT $p.limit
  RETURN collect([company.vat]) AS companiesRows
}
RETURN [companiesRows] AS answer
