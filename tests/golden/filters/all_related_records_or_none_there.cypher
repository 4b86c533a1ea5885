CYPHER 5
CALL () {
  CALL () {
    MATCH (category:Category)
      WHERE NOT EXISTS { MATCH (category)<-[:IN_CATEGORY]-(product:Product) WHERE NOT coalesce(product.active = $p.active, false) }
    RETURN count(*) AS categoriesCount
  }
  CALL () {
    MATCH (category2:Category)
      WHERE category2.id IS NOT NULL AND NOT EXISTS { MATCH (category2)<-[:IN_CATEGORY]-(product2:Product) WHERE NOT coalesce(product2.active = $p.active, false) } AND category2.sortKey IS NOT NULL
    WITH category2 ORDER BY category2.sortKey, category2.id LIMIT $p.limit
    RETURN collect([category2.name]) AS categoriesRows
  }
  RETURN [categoriesCount, categoriesRows] AS categories
}
RETURN [categories] AS answer
