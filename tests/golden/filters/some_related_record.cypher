CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE EXISTS { MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact) WHERE worksAt.until IS NULL AND contact.language = $p.language }
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND EXISTS { MATCH (company2)<-[worksAt2:WORKS_AT]-(contact2:Party&Contact) WHERE worksAt2.until IS NULL AND contact2.language = $p.language }
    WITH company2 ORDER BY company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
