CYPHER 5
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL AND product.sku IN $p.sku
  WITH product ORDER BY product.id LIMIT $p.limit
  RETURN collect([product.sku]) AS productsRows
}
CALL () {
  MATCH (product2:Product)
    WHERE product2.sku IN $p.sku2 AND product2.sku IS NOT NULL
  WITH product2 ORDER BY product2.sku DESC, product2.id DESC LIMIT $p.limit2
  RETURN collect([product2.sku]) AS productsRows2
}
RETURN [productsRows, productsRows2] AS answer
