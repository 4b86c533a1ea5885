CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.number IN $p.number AND customer.number IS NOT NULL
  WITH customer ORDER BY customer.number, customer.id LIMIT $p.limit
  CALL (customer) {
    MATCH (customer)-[:OWNED_BY]->(user:User)
    WITH user ORDER BY user.id LIMIT 1
    RETURN head(collect([user.active])) AS ownerRow
  }
  RETURN collect([customer.number, customer.lifecycleStage, customer.valueTier, customer.currency, customer.creditLimit, customer.creditLimitCurrency, customer.paymentTermsDays, toString(customer.sinceDate), toString(customer.lastTouchAt), customer.orderCount, ownerRow]) AS customersRows
}
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL AND order_.number = $p.number2
  WITH order_ ORDER BY order_.id LIMIT $p.limit2
  RETURN collect([toString(order_.placedAt), order_.fxRate, order_.total, order_.totalCurrency, order_.status]) AS ordersRows
}
RETURN [customersRows, ordersRows] AS answer
