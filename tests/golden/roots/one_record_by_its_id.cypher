CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id = $p.id
  RETURN head(collect([company.name, company.employees])) AS companyRow
}
RETURN [companyRow] AS answer
