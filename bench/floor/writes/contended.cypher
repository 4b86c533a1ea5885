// One record that all clients change: its version tells how often, and a change tells of each time.
CYPHER 5
MATCH (company:Company {id: $p.id})
SET company.id = company.id
WITH company, company.status AS old
SET company.status = $p.status, company.version = company.version + 1, company.updatedAt = datetime()
CREATE (:Change {
  id: $p.change, createdAt: datetime(), updatedAt: datetime(), version: 1, operation: 'UPDATE',
  recordId: $p.id, recordType: 'Company', recordVersion: company.version, properties: ['status'],
  `old.status`: old, `new.status`: $p.status
})-[:OF_RECORD]->(company)
RETURN [company.id, company.version] AS answer
