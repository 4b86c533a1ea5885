CYPHER 5
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL AND order_.placedAt < $p.placedAt AND order_.placedAt >= $p.placedAt2
  MATCH (customer:Customer)-[:PLACED]->(order_)
  WITH DISTINCT customer ORDER BY customer.number, customer.id LIMIT $p.limit
  RETURN collect([customer.number]) AS customersRows
}
CALL () {
  MATCH (customer2:Customer)
    WHERE EXISTS { MATCH (customer2)-[:PLACED]->(order_2:Order) WHERE order_2.placedAt >= $p.placedAt3 } AND customer2.number IS NOT NULL
  WITH customer2 ORDER BY customer2.number, customer2.id LIMIT $p.limit2
  RETURN collect([customer2.number]) AS customersRows2
}
RETURN [customersRows, customersRows2] AS answer
