CYPHER 5
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL AND product.sku = $p.sku
  MATCH (customer:Customer)-[:BOUGHT]->(product)
    WHERE customer.lifecycleStage = $p.lifecycleStage
  WITH DISTINCT customer ORDER BY customer.id LIMIT $p.limit
  RETURN collect([customer.number]) AS customersRows
}
RETURN [customersRows] AS answer
