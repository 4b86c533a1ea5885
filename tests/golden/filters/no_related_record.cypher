CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE NOT EXISTS { MATCH (customer)-[:PLACED]->(order_:Order) }
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND NOT EXISTS { MATCH (customer2)-[:PLACED]->(order_2:Order) }
    WITH customer2 ORDER BY customer2.id LIMIT $p.limit
    RETURN collect([customer2.name]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
RETURN [customers] AS answer
