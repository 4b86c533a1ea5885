CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    OPTIONAL MATCH (order_)<-[:PLACED]-(customer:Customer)
    WITH DISTINCT order_, customer.name AS customerName
    WITH customerName, count(*) AS count_, sum(order_.totalBase) AS sumTotalBase, avg(order_.totalBase) AS avgTotalBase, max(order_.placedAt) AS maxPlacedAt
      WHERE (count_ >= $p.count AND (sumTotalBase >= $p.amount OR NOT coalesce(avgTotalBase < $p.amount2, false)))
    WITH customerName, count_, sumTotalBase, avgTotalBase, maxPlacedAt ORDER BY avgTotalBase IS NULL, avgTotalBase DESC, maxPlacedAt IS NOT NULL, maxPlacedAt, customerName LIMIT $p.groups
    RETURN [[], collect([customerName, count_, sumTotalBase, avgTotalBase, toString(maxPlacedAt)])] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
