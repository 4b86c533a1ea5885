CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    OPTIONAL MATCH (order_)<-[:PLACED]-(customer:Customer)
    WITH DISTINCT order_, customer.name AS customerName
    WITH customerName, count(*) AS count_, percentileCont(order_.totalBase, $p.percentile) AS percentileTotalBase, percentileCont(order_.totalBase, $p.percentile2) AS percentileTotalBase2, percentileCont(order_.totalBase, $p.percentile3) AS percentileTotalBase3, percentileCont(order_.totalBase, $p.percentile4) AS percentileTotalBase4
      WHERE (percentileTotalBase2 >= $p.amount OR NOT coalesce(percentileTotalBase3 > $p.amount2, false))
    WITH customerName, count_, percentileTotalBase, percentileTotalBase2, percentileTotalBase3, percentileTotalBase4 ORDER BY percentileTotalBase4 IS NULL, percentileTotalBase4 DESC, customerName LIMIT $p.groups
    RETURN [[], collect([customerName, count_, percentileTotalBase, percentileTotalBase2, percentileTotalBase3, percentileTotalBase4])] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
