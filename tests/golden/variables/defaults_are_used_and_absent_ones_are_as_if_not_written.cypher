CYPHER 5
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL AND product.sku STARTS WITH $p.sku AND product.sortKey IS NOT NULL
  WITH product ORDER BY product.sortKey, product.id LIMIT $p.limit
  RETURN collect([product.name]) AS productsRows
}
CALL () {
  MATCH (product2:Product)
    WHERE product2.sku IS NOT NULL
  WITH product2 ORDER BY product2.sku, product2.id LIMIT $p.limit2
  RETURN collect([product2.sku]) AS productsRows2
}
RETURN [productsRows, productsRows2] AS answer
