CYPHER 5
CALL () {
  MATCH (contact:Party&Contact)
    WHERE contact.id IS NOT NULL AND contact.name = $p.name
  WITH contact ORDER BY contact.id LIMIT $p.limit
  CALL (contact) {
    MATCH (contact)-[worksAt:WORKS_AT]->(company:Party&Company)
    WITH company, worksAt ORDER BY worksAt.since, company.id, worksAt.id LIMIT $p.limit2
    RETURN collect([worksAt.title, worksAt.department, worksAt.roles, toString(worksAt.since), toString(worksAt.until), worksAt.isPrimary, worksAt.version, company.name]) AS employmentsRows
  }
  CALL (contact) {
    MATCH (contact)-[worksAt2:WORKS_AT]->(company2:Party&Company)
      WHERE worksAt2.until IS NULL
    WITH company2, worksAt2 ORDER BY company2.id, worksAt2.id LIMIT $p.limit3
    RETURN collect([toString(worksAt2.since), company2.name]) AS employersRows
  }
  RETURN collect([employmentsRows, employersRows]) AS contactsRows
}
RETURN [contactsRows] AS answer
