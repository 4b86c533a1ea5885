CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.id IS NOT NULL AND (company.name STARTS WITH $p.name OR company.name ENDS WITH $p.name2 OR company.name CONTAINS $p.name3)
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND (company2.name STARTS WITH $p.name OR company2.name ENDS WITH $p.name2 OR company2.name CONTAINS $p.name3)
    WITH company2 ORDER BY company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
