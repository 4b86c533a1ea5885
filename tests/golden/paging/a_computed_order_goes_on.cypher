CYPHER 5
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL
  WITH order_, head(COLLECT { MATCH (order_)<-[:PLACED]-(customer:Customer) RETURN customer.sortKey ORDER BY customer.id LIMIT 1 }) AS ordersRowsKey
  WITH order_, ordersRowsKey ORDER BY ordersRowsKey, order_.id LIMIT $p.limit
  RETURN collect([order_.number, ordersRowsKey, order_.id]) AS ordersRows
}
RETURN [ordersRows] AS answer
