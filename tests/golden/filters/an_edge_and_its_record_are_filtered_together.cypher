CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
    MATCH (contact:Party&Contact)-[worksAt:WORKS_AT]->(company)
      WHERE worksAt.isPrimary = $p.isPrimary
    RETURN count(DISTINCT contact) AS contactsCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND company2.name STARTS WITH $p.name
    MATCH (contact2:Party&Contact)-[worksAt2:WORKS_AT]->(company2)
      WHERE worksAt2.isPrimary = $p.isPrimary
    WITH DISTINCT contact2 ORDER BY contact2.id LIMIT $p.limit
    RETURN collect([contact2.name]) AS contactsRows
  }
  RETURN [contactsCount, contactsRows] AS contacts
}
RETURN [contacts] AS answer
