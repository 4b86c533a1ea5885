CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL AND order_.number < $p.number AND order_.placedAt >= datetime() - duration($p.placedAt) AND order_.placedAt <= datetime() AND order_.placedAt < datetime() - duration($p.placedAt2)
    RETURN count(*) AS ordersCount
  }
  CALL () {
    MATCH (order_2:Order)
      WHERE order_2.id IS NOT NULL AND order_2.number < $p.number AND order_2.placedAt >= datetime() - duration($p.placedAt) AND order_2.placedAt <= datetime() AND order_2.placedAt < datetime() - duration($p.placedAt2) AND order_2.number IS NOT NULL
    WITH order_2 ORDER BY order_2.number, order_2.id LIMIT $p.limit
    RETURN collect([order_2.number]) AS ordersRows
  }
  RETURN [ordersCount, ordersRows] AS orders
}
RETURN [orders] AS answer
