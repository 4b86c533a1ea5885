CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id = $p.id
  CALL (company) {
    CALL (company) {
      WITH company, COUNT { (company)<-[:ACCOUNT_FOR]-() } AS degree
      MATCH (company)<-[edge:ACCOUNT_FOR]-(end_)
      RETURN 'ACCOUNT_FOR' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH company, COUNT { (company)-[:SUPPLIES]->() } AS degree
      MATCH (company)-[edge:SUPPLIES]->(end_)
      RETURN 'SUPPLIES' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH company, COUNT { (company)<-[:WORKS_AT]-() } AS degree
      MATCH (company)<-[edge:WORKS_AT]-(end_)
      RETURN 'WORKS_AT' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
    }
    MATCH (end_:Contact|Customer|Product)
    WITH DISTINCT type, direction, degree, end_, edge.id AS id
    RETURN collect({type: type, direction: direction, degree: degree, relationshipId: id, id: coalesce(id, ''), node: end_}) AS found
  }
  CALL (found) {
    UNWIND found AS each
    WITH each.type AS type, each.direction AS direction, each.degree AS degree, count(*) AS seen
    ORDER BY type, direction
    RETURN collect([type, direction, CASE WHEN degree > 10000 THEN degree ELSE seen END, degree > 10000]) AS counts
  }
  RETURN head(collect([[null, counts], []])) AS neighbours
}
RETURN [neighbours] AS answer
