CYPHER 5
CALL () {
  OPTIONAL MATCH (there:Party&Company)
    WHERE there.id = $p.id
  WITH coalesce(there, head(COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept:Party&Company) RETURN kept })) AS company
    WHERE company IS NOT NULL
  RETURN head(collect([company.name])) AS companyRow
}
RETURN [companyRow] AS answer
