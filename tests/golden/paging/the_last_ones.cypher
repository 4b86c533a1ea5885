CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL AND order_.placedAt IS NULL
    WITH order_ ORDER BY order_.number, order_.id LIMIT $p.limit
    RETURN collect(order_) AS ordersRowsPart
  }
  CALL (ordersRowsPart) {
    UNWIND CASE WHEN size(ordersRowsPart) < $p.limit THEN [true] ELSE [] END AS isShort
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL AND order_.placedAt IS NOT NULL
    WITH order_ ORDER BY order_.placedAt DESC, order_.number, order_.id LIMIT $p.limit
    RETURN collect(order_) AS ordersRowsPart2
  }
  UNWIND (ordersRowsPart + ordersRowsPart2)[..$p.limit] AS order_
  RETURN collect([order_.number, toString(order_.placedAt), toString(order_.placedAt), order_.number, order_.id]) AS ordersRows
}
RETURN [ordersRows] AS answer
