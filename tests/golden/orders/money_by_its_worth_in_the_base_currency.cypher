CYPHER 5
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL
  WITH order_ ORDER BY order_.totalBase IS NULL, order_.totalBase DESC, order_.id DESC LIMIT $p.limit
  RETURN collect([order_.number, order_.total, order_.totalCurrency]) AS ordersRows
}
RETURN [ordersRows] AS answer
