// One person, as the declarations would store it, with the change that tells of it.
CYPHER 5
CREATE (contact:Party:Contact {
  id: $p.id, name: $p.name, given: $p.given, family: $p.family, sortKey: toLower($p.name), nameKey: toLower($p.name),
  searchText: $p.terms, version: 1, createdAt: datetime(), updatedAt: datetime()
})
CREATE (change:Change {
  id: $p.changeId, createdAt: datetime(), updatedAt: datetime(), version: 1, operation: 'CREATE',
  recordId: $p.id, recordType: 'Contact', recordVersion: 1, properties: ['name', 'given', 'family']
})-[:OF_RECORD]->(contact)
CREATE (change)-[:HAS_VALUE]->(:ChangeValue {
  id: $p.changeId, `new.name`: $p.name, `new.given`: $p.given, `new.family`: $p.family
})
RETURN [contact.id, contact.version] AS answer
