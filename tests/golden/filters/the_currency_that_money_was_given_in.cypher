CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.totalBase > $p.totalBase AND order_.totalCurrency IN $p.totalCurrency
    RETURN count(*) AS ordersCount
  }
  CALL () {
    MATCH (order_2:Order)
      WHERE order_2.totalBase > $p.totalBase AND order_2.totalCurrency IN $p.totalCurrency AND order_2.number IS NOT NULL
    WITH order_2 ORDER BY order_2.number, order_2.id LIMIT $p.limit
    RETURN collect([order_2.number]) AS ordersRows
  }
  RETURN [ordersCount, ordersRows] AS orders
}
RETURN [orders] AS answer
