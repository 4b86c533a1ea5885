CYPHER 5
CALL () {
  MATCH (category:Category)
    WHERE category.id IS NOT NULL AND category.code = $p.code
  WITH category ORDER BY category.id LIMIT $p.limit
  CALL (category) {
    MATCH (category)<-[:IN_CATEGORY]-(product:Product)
    WITH product ORDER BY product.sku, product.id LIMIT $p.limit2
    CALL (product) {
      MATCH (product)<-[bought:BOUGHT]-(customer:Customer)
      WITH customer, bought ORDER BY customer.sortKey, customer.id, bought.id LIMIT $p.limit3
      CALL (customer) {
        MATCH (customer)-[:PLACED]->(order_:Order)
        WITH order_ ORDER BY order_.placedAt IS NULL, order_.placedAt DESC, order_.id DESC LIMIT $p.limit4
        RETURN collect([order_.number]) AS ordersRows
      }
      RETURN collect([customer.name, ordersRows]) AS buyersRows
    }
    RETURN collect([product.name, buyersRows]) AS productsRows
  }
  RETURN collect([category.name, productsRows]) AS categoriesRows
}
RETURN [categoriesRows] AS answer
