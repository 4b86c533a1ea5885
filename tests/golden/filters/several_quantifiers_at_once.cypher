CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE EXISTS { MATCH (customer)-[:PLACED]->(order_:Order) WHERE order_.status = $p.status } AND NOT EXISTS { MATCH (customer)-[:PLACED]->(order_2:Order) WHERE order_2.status = $p.status2 }
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND EXISTS { MATCH (customer2)-[:PLACED]->(order_3:Order) WHERE order_3.status = $p.status } AND NOT EXISTS { MATCH (customer2)-[:PLACED]->(order_4:Order) WHERE order_4.status = $p.status2 }
    WITH customer2 ORDER BY customer2.id LIMIT $p.limit
    RETURN collect([customer2.name]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
RETURN [customers] AS answer
