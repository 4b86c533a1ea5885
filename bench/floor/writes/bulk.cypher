// Many people at once, each with the change that tells of it.
CYPHER 5
UNWIND $p.rows AS row
CREATE (contact:Party:Contact {
  id: row.id, name: row.name, given: row.given, family: row.family, sortKey: toLower(row.name),
  nameKey: toLower(row.name), searchText: row.terms, version: 1, createdAt: datetime(), updatedAt: datetime()
})
CREATE (change:Change {
  id: row.changeId, createdAt: datetime(), updatedAt: datetime(), version: 1, operation: 'CREATE',
  recordId: row.id, recordType: 'Contact', recordVersion: 1, properties: ['name', 'given', 'family']
})-[:OF_RECORD]->(contact)
CREATE (change)-[:HAS_VALUE]->(:ChangeValue {
  id: row.changeId, `new.name`: row.name, `new.given`: row.given, `new.family`: row.family
})
WITH collect([contact.id, contact.version]) AS answer
RETURN answer
