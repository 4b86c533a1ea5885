CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name CONTAINS $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
      WHERE worksAt.until IS NULL
    WITH contact, worksAt ORDER BY contact.sortKey DESC, contact.id DESC, worksAt.id DESC LIMIT $p.limit2
    RETURN collect([contact.name, contact.sortKey, contact.id, worksAt.id]) AS contactsRows
  }
  RETURN collect([contactsRows]) AS companiesRows
}
RETURN [companiesRows] AS answer
