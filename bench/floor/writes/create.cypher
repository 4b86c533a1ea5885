// One person, as the declarations would store them.
CYPHER 5
CREATE (contact:Party:Contact {
  id: $p.id, name: $p.name, given: $p.given, family: $p.family, sortKey: toLower($p.name),
  version: 1, createdAt: datetime(), updatedAt: datetime()
})
RETURN [contact.id, contact.version] AS answer
