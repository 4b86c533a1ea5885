CYPHER 5
CALL () {
  MATCH (customer:Customer)
    WHERE customer.id IS NOT NULL AND customer.number = $p.number
  WITH customer ORDER BY customer.id LIMIT $p.limit
  CALL (customer) {
    MATCH (customer)-[bought:BOUGHT]->(product:Product)
    WITH product, bought ORDER BY bought.revenueBase IS NULL, bought.revenueBase DESC, product.id DESC, bought.id DESC LIMIT $p.limit2
    RETURN collect([bought.orders, bought.quantity, bought.revenue, bought.revenueCurrency, toString(bought.firstAt), toString(bought.lastAt), product.sku]) AS boughtRows
  }
  RETURN collect([boughtRows]) AS customersRows
}
RETURN [customersRows] AS answer
