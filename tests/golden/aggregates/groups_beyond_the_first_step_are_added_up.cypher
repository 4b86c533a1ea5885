CYPHER 5
CALL () {
  CALL () {
    MATCH (lineItem:LineItem)
    WITH collect(lineItem) AS lineItemsSet
    CALL (lineItemsSet) {
      UNWIND lineItemsSet AS lineItem2
      OPTIONAL MATCH (lineItem2)-[:OF_PRODUCT]->(product)
      WITH product, count(*) AS count_, count(lineItem2.quantity) AS countQuantity, sum(lineItem2.quantity) AS sumQuantity, min(CASE WHEN lineItem2.quantity IS :: INTEGER | FLOAT THEN lineItem2.quantity END) AS minQuantity, max(CASE WHEN lineItem2.quantity IS :: INTEGER | FLOAT THEN lineItem2.quantity END) AS maxQuantity
      OPTIONAL MATCH (product)-[:IN_CATEGORY]->(category:Category)
        WHERE product:Product
      WITH category.name AS categoryName, sum(count_) AS count_2, sum(countQuantity) AS countQuantity2, sum(sumQuantity) AS sumQuantity2, min(minQuantity) AS minQuantity2, max(maxQuantity) AS maxQuantity2
      WITH categoryName, count_2, countQuantity2, sumQuantity2, minQuantity2, maxQuantity2 ORDER BY count_2 DESC, categoryName LIMIT $p.groups
      RETURN collect([categoryName, count_2, countQuantity2, sumQuantity2, minQuantity2, maxQuantity2]) AS lineItemsGroups
    }
    CALL (lineItemsSet) {
      UNWIND lineItemsSet AS lineItem3
      OPTIONAL MATCH (lineItem3)-[:OF_PRODUCT]->(product2:Product)
      OPTIONAL MATCH (product2)-[:IN_CATEGORY]->(category2:Category)
      WITH DISTINCT lineItem3, category2.name AS categoryName2
      WITH categoryName2, count(*) AS count_3, count(DISTINCT lineItem3.quantity) AS distinctQuantity
      WITH categoryName2, count_3, distinctQuantity ORDER BY count_3 DESC, categoryName2 LIMIT $p.groups2
      RETURN collect([categoryName2, count_3, distinctQuantity]) AS lineItemsGroups2
    }
    RETURN [[], lineItemsGroups, lineItemsGroups2] AS lineItemsSummary
  }
  RETURN [lineItemsSummary, null] AS lineItems
}
RETURN [lineItems] AS answer
