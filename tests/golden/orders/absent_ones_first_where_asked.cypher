CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL
  WITH customer ORDER BY customer.valueTier IS NOT NULL, customer.valueTier, customer.id LIMIT $p.limit
  RETURN collect([customer.valueTier]) AS customersRows
}
RETURN [customersRows] AS answer
