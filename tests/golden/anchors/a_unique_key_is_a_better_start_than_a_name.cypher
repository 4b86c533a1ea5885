CYPHER 5
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL AND product.sku = $p.sku
  MATCH (customer:Customer)-[:BOUGHT]->(product)
    WHERE EXISTS { MATCH (customer)-[:OWNED_BY]->(user:User) WHERE user.name = $p.name }
  WITH DISTINCT customer ORDER BY customer.number, customer.id LIMIT $p.limit
  RETURN collect([customer.number]) AS customersRows
}
RETURN [customersRows] AS answer
