// One order, whose it is, and its lines with their products.
CYPHER 5
MATCH (order:Order {id: $p.id})
CALL (order) {
  MATCH (order)<-[:PLACED]-(customer:Customer)
  CALL (customer) {
    MATCH (customer)-[:OWNED_BY]->(user:User)
    RETURN head(collect(user.name)) AS owner
  }
  RETURN head(collect([customer.name, owner])) AS customer
}
CALL (order) {
  MATCH (order)-[:HAS_LINE]->(line:LineItem)
  WITH line ORDER BY line.lineNo, line.id LIMIT $p.first
  CALL (line) {
    MATCH (line)-[:OF_PRODUCT]->(product:Product)
    RETURN head(collect([product.name, product.sku])) AS product
  }
  RETURN collect([line.lineNo, line.quantity, product]) AS lines
}
RETURN [order.number, toString(order.placedAt), customer, lines] AS answer
