CYPHER 5
CALL () {
  UNWIND [$p.id] + COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept) RETURN kept.id } AS id
  MATCH (company:Party&Company)
    WHERE company.id = id
  RETURN head(collect([company.name, company.employees])) AS companyRow
}
RETURN [companyRow] AS answer
