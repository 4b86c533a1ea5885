CYPHER 5
CALL () {
  MATCH (product:Product)
    WHERE product.id IS NOT NULL
  WITH product, head(COLLECT { MATCH (product)-[:IN_CATEGORY]->(category:Category) RETURN category.sortKey ORDER BY category.id LIMIT 1 }) AS productsRowsKey
  WITH product, productsRowsKey ORDER BY productsRowsKey, product.sku DESC, product.id DESC LIMIT $p.limit
  CALL (product) {
    MATCH (product)-[:IN_CATEGORY]->(category2:Category)
    WITH category2 ORDER BY category2.id LIMIT 1
    RETURN head(collect([category2.name])) AS categoryRow
  }
  RETURN collect([product.sku, categoryRow]) AS productsRows
}
RETURN [productsRows] AS answer
