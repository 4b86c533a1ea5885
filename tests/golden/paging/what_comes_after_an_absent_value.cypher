CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL AND (customer.valueTier IS NOT NULL OR (customer.valueTier IS NULL AND customer.id > $p.after_id))
  WITH customer ORDER BY customer.valueTier IS NOT NULL, customer.valueTier, customer.id LIMIT $p.limit
  RETURN collect([customer.number, customer.valueTier, customer.valueTier, customer.id]) AS customersRows
}
RETURN [customersRows] AS answer
