// One text of one record: a seek in the index of its id.
CYPHER 5
MATCH (company:Company {id: $p.id})
RETURN [company.name] AS answer
