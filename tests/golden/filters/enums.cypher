CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.status IN $p.status
    RETURN count(*) AS ordersCount
  }
  CALL () {
    MATCH (order_2:Order)
      WHERE order_2.status IN $p.status AND order_2.number IS NOT NULL
    WITH order_2 ORDER BY order_2.number, order_2.id LIMIT $p.limit
    RETURN collect([order_2.number]) AS ordersRows
  }
  RETURN [ordersCount, ordersRows] AS orders
}
RETURN [orders] AS answer
