CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
      WHERE worksAt.until IS NULL
    WITH contact, worksAt ORDER BY contact.id, worksAt.id LIMIT $p.limit2
    RETURN collect([contact.name]) AS contactsRows
  }
  RETURN collect([company.name, contactsRows]) AS companiesRows
}
RETURN [companiesRows] AS answer
