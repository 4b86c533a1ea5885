// A batch of a file: people by their e-mail address, each at a company that is there already.
CYPHER 5
UNWIND $p.rows AS row
MATCH (company:Company {id: $p.company})
MERGE (email:EmailAddress {value: row.email})
ON CREATE SET email.id = row.emailId, email.raw = row.email, email.version = 1
MERGE (contact:Party:Contact {id: row.id})
ON CREATE SET
  contact.name = row.name, contact.given = row.given, contact.family = row.family, contact.sortKey = toLower(row.name),
  contact.version = 1, contact.createdAt = datetime(), contact.updatedAt = datetime()
MERGE (contact)-[has:HAS_EMAIL]->(email) ON CREATE SET has.id = row.hasId, has.version = 1
MERGE (contact)-[job:WORKS_AT]->(company) ON CREATE SET job.id = row.jobId, job.version = 1
RETURN count(*) AS answer
