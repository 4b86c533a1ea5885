CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL
  WITH customer ORDER BY customer.sinceDate DESC, customer.id DESC LIMIT $p.limit
  RETURN collect([toString(customer.sinceDate)]) AS customersRows
}
RETURN [customersRows] AS answer
