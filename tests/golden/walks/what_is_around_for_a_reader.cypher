CYPHER 5
CALL () {
  MATCH (contact:Party&Contact)
    WHERE contact.id = $p.id
  CALL (contact) {
    CALL (contact) {
      WITH contact, COUNT { (contact)<-[:ABOUT]-() } AS degree
      MATCH (contact)<-[edge:ABOUT]-(end_)
      RETURN 'ABOUT' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:ABOUT]->() } AS degree
      MATCH (contact)-[edge:ABOUT]->(end_)
      RETURN 'ABOUT' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:ACCOUNT_FOR]-() } AS degree
      MATCH (contact)<-[edge:ACCOUNT_FOR]-(end_)
      RETURN 'ACCOUNT_FOR' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:HAS_ADDRESS]->() } AS degree
      MATCH (contact)-[edge:HAS_ADDRESS]->(end_)
      RETURN 'HAS_ADDRESS' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:HAS_EMAIL]->() } AS degree
      MATCH (contact)-[edge:HAS_EMAIL]->(end_)
      RETURN 'HAS_EMAIL' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:HAS_PHONE]->() } AS degree
      MATCH (contact)-[edge:HAS_PHONE]->(end_)
      RETURN 'HAS_PHONE' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:INFLUENCES]-() } AS degree
      MATCH (contact)<-[edge:INFLUENCES]-(end_)
      RETURN 'INFLUENCES' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:INFLUENCES]->() } AS degree
      MATCH (contact)-[edge:INFLUENCES]->(end_)
      RETURN 'INFLUENCES' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:KNOWS]-() } AS degree
      MATCH (contact)<-[edge:KNOWS]-(end_)
      RETURN 'KNOWS' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:KNOWS]->() } AS degree
      MATCH (contact)-[edge:KNOWS]->(end_)
      RETURN 'KNOWS' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:NOT_DUPLICATE_OF]-() } AS degree
      MATCH (contact)<-[edge:NOT_DUPLICATE_OF]-(end_)
      RETURN 'NOT_DUPLICATE_OF' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:NOT_DUPLICATE_OF]->() } AS degree
      MATCH (contact)-[edge:NOT_DUPLICATE_OF]->(end_)
      RETURN 'NOT_DUPLICATE_OF' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:ORDERED]->() } AS degree
      MATCH (contact)-[edge:ORDERED]->(end_)
      RETURN 'ORDERED' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:OWNED_BY]->() } AS degree
      MATCH (contact)-[edge:OWNED_BY]->(end_)
      RETURN 'OWNED_BY' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:PARTICIPATED_IN]-() } AS degree
      MATCH (contact)<-[edge:PARTICIPATED_IN]-(end_)
      RETURN 'PARTICIPATED_IN' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:PARTICIPATED_IN]->() } AS degree
      MATCH (contact)-[edge:PARTICIPATED_IN]->(end_)
      RETURN 'PARTICIPATED_IN' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:REFERRED]-() } AS degree
      MATCH (contact)<-[edge:REFERRED]-(end_)
      RETURN 'REFERRED' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:REFERRED]->() } AS degree
      MATCH (contact)-[edge:REFERRED]->(end_)
      RETURN 'REFERRED' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:REFERS_TO]-() } AS degree
      MATCH (contact)<-[edge:REFERS_TO]-(end_)
      RETURN 'REFERS_TO' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:REPORTS_TO]-() } AS degree
      MATCH (contact)<-[edge:REPORTS_TO]-(end_)
      RETURN 'REPORTS_TO' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:REPORTS_TO]->() } AS degree
      MATCH (contact)-[edge:REPORTS_TO]->(end_)
      RETURN 'REPORTS_TO' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:SHARED_WITH]->() } AS degree
      MATCH (contact)-[edge:SHARED_WITH]->(end_)
      RETURN 'SHARED_WITH' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:TOUCHED]-() } AS degree
      MATCH (contact)<-[edge:TOUCHED]-(end_)
      RETURN 'TOUCHED' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)<-[:WORKS_AT]-() } AS degree
      MATCH (contact)<-[edge:WORKS_AT]-(end_)
      RETURN 'WORKS_AT' AS type, 'IN' AS direction, degree, edge, end_ LIMIT 10000
      UNION ALL
      WITH contact, COUNT { (contact)-[:WORKS_AT]->() } AS degree
      MATCH (contact)-[edge:WORKS_AT]->(end_)
      RETURN 'WORKS_AT' AS type, 'OUT' AS direction, degree, edge, end_ LIMIT 10000
    }
    MATCH (end_:Company|Contact|EmailAddress|PhoneNumber|Address|Customer|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team|ExternalRef)
      WHERE NOT end_:Order|Call
    WITH DISTINCT type, direction, degree, end_, edge.id AS id
    RETURN collect({type: type, direction: direction, degree: degree, relationshipId: id, id: coalesce(id, ''), node: end_}) AS found
  }
  CALL (contact) {
    WITH contact AS node_
    MATCH (node_:Contact)
    RETURN head(collect([head([label IN labels(node_) WHERE label IN ['Contact']]), node_.name])) AS recordRow
  }
  CALL (found) {
    UNWIND found AS each
    WITH each.type AS type, each.direction AS direction, each.degree AS degree, count(*) AS seen
    ORDER BY type, direction
    RETURN collect([type, direction, CASE WHEN degree > 10000 THEN null ELSE seen END, degree > 10000]) AS counts
  }
  CALL (found) {
    UNWIND found AS each2
    WITH each2.node AS node_2, each2
    WITH node_2, each2 ORDER BY each2.type, each2.direction, node_2.id, each2.id LIMIT $p.limit
    CALL (node_2) {
      CALL (node_2) {
        MATCH (node_2)-[:HAS_LINE]->(lineItem:LineItem)
          WHERE node_2:Order
        RETURN count(*) AS linesCount
      }
      RETURN [linesCount, null] AS lines
    }
    RETURN collect([each2.type, each2.direction, each2.relationshipId, head([label IN labels(node_2) WHERE label IN ['Company', 'Contact', 'EmailAddress', 'PhoneNumber', 'Address', 'Customer', 'Order', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team', 'ExternalRef']]), node_2.value, node_2.number, lines]) AS neighboursRows
  }
  RETURN head(collect([[recordRow, counts], neighboursRows])) AS neighbours
}
RETURN [neighbours] AS answer
