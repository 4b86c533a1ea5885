CYPHER 5
CALL () {
  OPTIONAL MATCH (there:Party&Company)
    WHERE there.id = $p.id
  WITH coalesce(there, head(COLLECT { MATCH (:Deleted {id: $p.id})-[:MERGED_INTO*1..]->(kept:Party&Company) RETURN kept })) AS company
    WHERE company IS NOT NULL
  RETURN head(collect([company.version, company.name])) AS nodeRow
}
CALL () {
  MATCH (activity:Activity)
    WHERE activity.id = $p.id2
  RETURN head(collect([head([label IN labels(activity) WHERE label IN ['Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task']]), activity.version, activity.subject])) AS nodeRow2
}
CALL () {
  MATCH (order_:Order)
    WHERE order_.id = $p.id3
  RETURN head(collect([order_.version, order_.number])) AS nodeRow3
}
RETURN [nodeRow, nodeRow2, nodeRow3] AS answer
