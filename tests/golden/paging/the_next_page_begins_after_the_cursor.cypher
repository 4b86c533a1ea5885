CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND (company.employees < $p.after_employees OR company.employees IS NULL OR (company.employees = $p.after_employees AND company.sortKey >= $p.after_sortKey AND NOT (company.sortKey = $p.after_sortKey AND company.id <= $p.after_id)))
  WITH company ORDER BY company.employees IS NULL, company.employees DESC, company.sortKey, company.id LIMIT $p.limit
  RETURN collect([company.employees, company.name, company.employees, company.sortKey, company.id]) AS companiesRows
}
RETURN [companiesRows] AS answer
