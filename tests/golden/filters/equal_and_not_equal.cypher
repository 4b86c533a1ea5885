CYPHER 5
CALL () {
  CALL () {
    MATCH (category:Category)
      WHERE category.id IS NOT NULL AND category.code = $p.code
    MATCH (product:Product)-[:IN_CATEGORY]->(category)
      WHERE NOT coalesce(product.name = $p.name, false)
    RETURN count(DISTINCT product) AS productsCount
  }
  CALL () {
    MATCH (category2:Category)
      WHERE category2.id IS NOT NULL AND category2.code = $p.code
    MATCH (product2:Product)-[:IN_CATEGORY]->(category2)
      WHERE NOT coalesce(product2.name = $p.name, false)
    WITH DISTINCT product2 ORDER BY product2.id LIMIT $p.limit
    RETURN collect([product2.name]) AS productsRows
  }
  RETURN [productsCount, productsRows] AS products
}
RETURN [products] AS answer
