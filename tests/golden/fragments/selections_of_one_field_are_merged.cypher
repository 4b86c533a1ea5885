CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
        WHERE worksAt.until IS NULL
      RETURN count(*) AS contactsCount
    }
    CALL (company) {
      MATCH (company)<-[worksAt2:WORKS_AT]-(contact2:Party&Contact)
        WHERE worksAt2.until IS NULL
      WITH contact2, worksAt2 ORDER BY contact2.id, worksAt2.id LIMIT $p.limit2
      RETURN collect([contact2.name, contact2.language, contact2.given]) AS contactsRows
    }
    RETURN [contactsCount, contactsRows] AS contacts
  }
  RETURN collect([company.name, contacts]) AS companiesRows
}
RETURN [companiesRows] AS answer
