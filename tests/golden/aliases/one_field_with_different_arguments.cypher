CYPHER 5
CALL () {
  MATCH (category:Category)
    WHERE category.id IS NOT NULL AND category.code = $p.code
  MATCH (product:Product)-[:IN_CATEGORY]->(category)
  WITH DISTINCT product ORDER BY product.id LIMIT $p.limit
  RETURN collect([product.sku]) AS productsRows
}
CALL () {
  CALL () {
    MATCH (category2:Category)
      WHERE category2.id IS NOT NULL AND category2.code = $p.code2
    MATCH (product2:Product)-[:IN_CATEGORY]->(category2)
    RETURN count(DISTINCT product2) AS productsCount
  }
  CALL () {
    MATCH (category3:Category)
      WHERE category3.id IS NOT NULL AND category3.code = $p.code2
    MATCH (product3:Product)-[:IN_CATEGORY]->(category3)
    WITH DISTINCT product3 ORDER BY product3.id LIMIT $p.limit2
    RETURN collect([product3.sku]) AS productsRows2
  }
  RETURN [productsCount, productsRows2] AS products
}
RETURN [productsRows, products] AS answer
