// Many people at once.
CYPHER 5
UNWIND $p.rows AS row
CREATE (contact:Party:Contact {
  id: row.id, name: row.name, given: row.given, family: row.family, sortKey: toLower(row.name),
  version: 1, createdAt: datetime(), updatedAt: datetime()
})
WITH collect([contact.id, contact.version]) AS answer
RETURN answer
