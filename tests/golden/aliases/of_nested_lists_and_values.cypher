CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name CONTAINS $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
        WHERE worksAt.until IS NULL
      RETURN count(*) AS contactsCount
    }
    RETURN [contactsCount, null] AS contacts
  }
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[:WORKS_AT]-(contact2:Party&Contact)
      RETURN count(*) AS employmentsCount
    }
    RETURN [employmentsCount, null] AS employments
  }
  CALL (company) {
    MATCH (company)<-[worksAt2:WORKS_AT]-(contact3:Party&Contact)
      WHERE worksAt2.until IS NULL
    WITH contact3, worksAt2 ORDER BY contact3.sortKey, contact3.id, worksAt2.id LIMIT $p.limit2
    RETURN collect([contact3.name]) AS contactsRows
  }
  RETURN collect([company.name, contacts, employments, contactsRows]) AS companiesRows
}
RETURN [companiesRows] AS answer
