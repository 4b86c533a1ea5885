CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
        WHERE (worksAt.until IS NULL) = $p.until
      RETURN count(*) AS employmentsCount
    }
    CALL (company) {
      MATCH (company)<-[worksAt2:WORKS_AT]-(contact2:Party&Contact)
        WHERE (worksAt2.until IS NULL) = $p.until
      WITH contact2, worksAt2 ORDER BY contact2.id, worksAt2.id LIMIT $p.limit2
      RETURN collect([toString(worksAt2.until), contact2.name]) AS employmentsRows
    }
    RETURN [employmentsCount, employmentsRows] AS employments
  }
  RETURN collect([employments]) AS companiesRows
}
RETURN [companiesRows] AS answer
