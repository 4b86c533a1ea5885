// One record that all clients change: its version tells how often.
CYPHER 5
MATCH (company:Company {id: $p.id})
SET company.employees = $p.employees, company.version = company.version + 1, company.updatedAt = datetime()
RETURN [company.id, company.version] AS answer
