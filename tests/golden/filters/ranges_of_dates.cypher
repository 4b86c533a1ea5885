CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE customer.sinceDate < $p.sinceDate AND customer.sinceDate >= $p.sinceDate2
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND customer2.sinceDate < $p.sinceDate AND customer2.sinceDate >= $p.sinceDate2
    WITH customer2 ORDER BY customer2.sinceDate, customer2.id LIMIT $p.limit
    RETURN collect([toString(customer2.sinceDate)]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
RETURN [customers] AS answer
