CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.vat IS NOT NULL
    WITH company ORDER BY company.vat DESC, company.id DESC LIMIT $p.limit
    RETURN collect(company) AS companiesRowsPart
  }
  CALL (companiesRowsPart) {
    UNWIND CASE WHEN size(companiesRowsPart) < $p.limit THEN [true] ELSE [] END AS isShort
    MATCH (company:Party&Company)
      WHERE company.vat IS NULL
    WITH company ORDER BY company.id DESC LIMIT $p.limit
    RETURN collect(company) AS companiesRowsPart2
  }
  UNWIND (companiesRowsPart + companiesRowsPart2)[..$p.limit] AS company
  RETURN collect([company.vat]) AS companiesRows
}
RETURN [companiesRows] AS answer
