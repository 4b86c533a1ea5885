CYPHER 5
CALL () {
  MATCH (lineItem:LineItem)
    WHERE lineItem.id IS NOT NULL
  WITH lineItem, head(COLLECT { MATCH (lineItem)<-[:HAS_LINE]-(order_:Order) RETURN order_.number ORDER BY order_.id LIMIT 1 }) AS lineItemsRowsKey
  WITH lineItem, lineItemsRowsKey ORDER BY lineItemsRowsKey, lineItem.id LIMIT $p.limit
  CALL (lineItem) {
    MATCH (lineItem)<-[:HAS_LINE]-(order_2:Order)
    WITH order_2 ORDER BY order_2.id LIMIT 1
    CALL (order_2) {
      MATCH (order_2)<-[:PLACED]-(customer:Customer)
      WITH customer ORDER BY customer.id LIMIT 1
      CALL (customer) {
        MATCH (customer)-[:ACCOUNT_FOR]->(company:Party&Company)
        WITH company ORDER BY company.id LIMIT 1
        CALL (company) {
          MATCH (company)-[:SUBSIDIARY_OF]->(company2:Party&Company)
          WITH company2 ORDER BY company2.id LIMIT 1
          RETURN head(collect([company2.name])) AS parentRow
        }
        RETURN head(collect([company.name, parentRow])) AS companyRow
      }
      CALL (customer) {
        MATCH (customer)-[:OWNED_BY]->(user:User)
        WITH user ORDER BY user.id LIMIT 1
        CALL (user) {
          MATCH (user)-[:REPORTS_TO]->(user2:User)
          WITH user2 ORDER BY user2.id LIMIT 1
          CALL (user2) {
            MATCH (user2)-[:REPORTS_TO]->(user3:User)
            WITH user3 ORDER BY user3.id LIMIT 1
            RETURN head(collect([user3.login])) AS managerRow2
          }
          RETURN head(collect([user2.login, managerRow2])) AS managerRow
        }
        RETURN head(collect([user.login, managerRow])) AS ownerRow
      }
      RETURN head(collect([customer.name, companyRow, ownerRow])) AS customerRow
    }
    RETURN head(collect([order_2.number, customerRow])) AS orderRow
  }
  CALL (lineItem) {
    MATCH (lineItem)-[:OF_PRODUCT]->(product:Product)
    WITH product ORDER BY product.id LIMIT 1
    CALL (product) {
      MATCH (product)-[:IN_CATEGORY]->(category:Category)
      WITH category ORDER BY category.id LIMIT 1
      CALL (category) {
        MATCH (category)-[:CHILD_OF]->(category2:Category)
        WITH category2 ORDER BY category2.id LIMIT 1
        RETURN head(collect([category2.name])) AS parentRow2
      }
      RETURN head(collect([parentRow2])) AS categoryRow
    }
    RETURN head(collect([categoryRow])) AS productRow
  }
  RETURN collect([orderRow, productRow]) AS lineItemsRows
}
RETURN [lineItemsRows] AS answer
