CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE NOT coalesce(customer.valueTier IN $p.valueTier, false)
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND NOT coalesce(customer2.valueTier IN $p.valueTier, false)
    WITH customer2 ORDER BY customer2.id LIMIT $p.limit
    RETURN collect([customer2.name]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
RETURN [customers] AS answer
