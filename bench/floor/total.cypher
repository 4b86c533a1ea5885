// A page, whether there is another one, and how many there are in all.
CYPHER 5
CALL () {
  MATCH (customer:Customer) WHERE customer.lifecycleStage = $p.stage AND customer.id IS NOT NULL
  RETURN count(*) AS total
}
CALL () {
  MATCH (customer:Customer)
  WHERE customer.lifecycleStage = $p.stage AND customer.sortKey IS NOT NULL AND customer.id IS NOT NULL
  WITH customer ORDER BY customer.sortKey, customer.id LIMIT $p.first + 1
  RETURN collect([customer.number, customer.name, customer.orderCount]) AS customers
}
RETURN [total, size(customers) > $p.first, customers[..$p.first]] AS answer
