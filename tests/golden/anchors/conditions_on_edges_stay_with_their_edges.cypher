CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL AND customer.number = $p.number
  MATCH (company:Party&Company)<-[:ACCOUNT_FOR]-(customer)
  WITH DISTINCT company
  MATCH (contact:Party&Contact)-[worksAt:WORKS_AT]->(company)
    WHERE (worksAt.until IS NULL) = $p.until
  WITH DISTINCT contact ORDER BY contact.id LIMIT $p.limit
  RETURN collect([contact.name]) AS contactsRows
}
RETURN [contactsRows] AS answer
