CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE (EXISTS { MATCH (product)-[:IN_CATEGORY]->(category:Category) WHERE category.code = $p.code } OR EXISTS { MATCH (product)-[:IN_CATEGORY]->(category2:Category) WHERE category2.code = $p.code2 }) AND NOT coalesce(product.priceBase > $p.priceBase, false) AND NOT coalesce(product.sku = $p.sku, false)
    RETURN count(*) AS productsCount
  }
  CALL () {
    MATCH (product2:Product)
      WHERE (EXISTS { MATCH (product2)-[:IN_CATEGORY]->(category3:Category) WHERE category3.code = $p.code } OR EXISTS { MATCH (product2)-[:IN_CATEGORY]->(category4:Category) WHERE category4.code = $p.code2 }) AND NOT coalesce(product2.priceBase > $p.priceBase, false) AND NOT coalesce(product2.sku = $p.sku, false) AND product2.sku IS NOT NULL
    WITH product2 ORDER BY product2.sku, product2.id LIMIT $p.limit
    RETURN collect([product2.sku]) AS productsRows
  }
  RETURN [productsCount, productsRows] AS products
}
RETURN [products] AS answer
