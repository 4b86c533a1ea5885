CYPHER 5
CALL () {
  CALL () {
    MATCH (contact:Party&Contact)
      WHERE contact.id IS NOT NULL AND contact.name STARTS WITH $p.name
    RETURN count(*) AS contactsCount
  }
  CALL () {
    MATCH (contact2:Party&Contact)
      WHERE contact2.id IS NOT NULL AND contact2.name STARTS WITH $p.name
    WITH contact2 ORDER BY contact2.id LIMIT $p.limit
    RETURN collect([contact2.name]) AS contactsRows
  }
  RETURN [contactsCount, contactsRows] AS contacts
}
RETURN [contacts] AS answer
