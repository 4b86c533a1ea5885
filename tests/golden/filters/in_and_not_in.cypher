CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.sku IN $p.sku AND NOT coalesce(product.sku IN $p.sku2, false)
    RETURN count(*) AS productsCount
  }
  CALL () {
    MATCH (product2:Product)
      WHERE product2.id IS NOT NULL AND product2.sku IN $p.sku AND NOT coalesce(product2.sku IN $p.sku2, false)
    WITH product2 ORDER BY product2.id LIMIT $p.limit
    RETURN collect([product2.sku]) AS productsRows
  }
  RETURN [productsCount, productsRows] AS products
}
RETURN [products] AS answer
