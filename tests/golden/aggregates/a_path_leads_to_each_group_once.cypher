CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
    OPTIONAL MATCH (customer)-[:PLACED]->(order_:Order)
    OPTIONAL MATCH (order_)-[:HAS_LINE]->(lineItem:LineItem)
    OPTIONAL MATCH (lineItem)-[:OF_PRODUCT]->(product:Product)
    OPTIONAL MATCH (product)-[:IN_CATEGORY]->(category:Category)
    WITH DISTINCT customer, category.id AS categoryId, category.name AS categoryName, category AS category2
    WITH categoryId, categoryName, category2, count(*) AS count_, sum(customer.revenueBase) AS sumRevenueBase
    WITH categoryId, categoryName, category2, count_, sumRevenueBase ORDER BY count_ DESC, categoryId, categoryName LIMIT $p.groups
    CALL (category2) {
      WITH category2 AS category3
      MATCH (category3:Category)
      CALL (category3) {
        CALL (category3) {
          MATCH (category3)<-[:IN_CATEGORY]-(product2:Product)
          RETURN count(*) AS productsCount
        }
        RETURN [productsCount, null] AS products
      }
      RETURN head(collect([category3.code, products])) AS categoryRow
    }
    RETURN [[], collect([categoryId, categoryName, count_, sumRevenueBase, categoryRow])] AS customersSummary
  }
  RETURN [customersSummary, null] AS customers
}
RETURN [customers] AS answer
