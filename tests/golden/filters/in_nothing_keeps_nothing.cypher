CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.sku IN $p.sku
    RETURN count(*) AS productsCount
  }
  CALL () {
    MATCH (product2:Product)
      WHERE product2.id IS NOT NULL AND product2.sku IN $p.sku
    WITH product2 ORDER BY product2.id LIMIT $p.limit
    RETURN collect([product2.name]) AS productsRows
  }
  RETURN [productsCount, productsRows] AS products
}
RETURN [products] AS answer
