// One order, whose it is, and its lines with their products.
CYPHER 5
MATCH (order:Order {id: $p.id})
RETURN [
  order.number,
  toString(order.placedAt),
  head(COLLECT {
    MATCH (order)<-[:PLACED]-(customer:Customer)
    RETURN [customer.name, head(COLLECT { MATCH (customer)-[:OWNED_BY]->(user:User) RETURN user.name })]
  }),
  COLLECT {
    MATCH (order)-[:HAS_LINE]->(line:LineItem)
    WITH line ORDER BY line.lineNo, line.id LIMIT $p.first
    RETURN [
      line.lineNo,
      line.quantity,
      head(COLLECT { MATCH (line)-[:OF_PRODUCT]->(product:Product) RETURN [product.name, product.sku] })
    ]
  }
] AS answer
