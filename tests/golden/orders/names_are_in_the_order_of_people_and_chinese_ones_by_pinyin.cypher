CYPHER 5
CALL () {
  MATCH (contact:Party&Contact)
    WHERE contact.id IS NOT NULL AND contact.sortKey IS NOT NULL
  WITH contact ORDER BY contact.sortKey, contact.id LIMIT $p.limit
  RETURN collect([contact.name]) AS contactsRows
}
RETURN [contactsRows] AS answer
