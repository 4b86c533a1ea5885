CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL AND order_.placedAt <= $p.placedAt AND order_.placedAt >= $p.placedAt2
    RETURN count(*) AS ordersCount
  }
  CALL () {
    MATCH (order_2:Order)
      WHERE order_2.id IS NOT NULL AND order_2.placedAt <= $p.placedAt AND order_2.placedAt >= $p.placedAt2 AND order_2.placedAt IS NOT NULL
    WITH order_2 ORDER BY order_2.placedAt, order_2.id LIMIT $p.limit
    RETURN collect([toString(order_2.placedAt)]) AS ordersRows
  }
  RETURN [ordersCount, ordersRows] AS orders
}
RETURN [orders] AS answer
