CYPHER 5
CALL () {
  CALL () {
    MATCH (contact:Party&Contact)
      WHERE EXISTS { MATCH (contact)-[worksAt:WORKS_AT]->(company:Party&Company) WHERE worksAt.title = $p.title } AND EXISTS { MATCH (contact)-[worksAt2:WORKS_AT]->(company2:Party&Company) WHERE (worksAt2.until IS NULL) = $p.until }
    RETURN count(*) AS contactsCount
  }
  CALL () {
    MATCH (contact2:Party&Contact)
      WHERE contact2.id IS NOT NULL AND EXISTS { MATCH (contact2)-[worksAt3:WORKS_AT]->(company3:Party&Company) WHERE worksAt3.title = $p.title } AND EXISTS { MATCH (contact2)-[worksAt4:WORKS_AT]->(company4:Party&Company) WHERE (worksAt4.until IS NULL) = $p.until }
    WITH contact2 ORDER BY contact2.id LIMIT $p.limit
    RETURN collect([contact2.name]) AS contactsRows
  }
  RETURN [contactsCount, contactsRows] AS contacts
}
RETURN [contacts] AS answer
