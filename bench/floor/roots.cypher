// Six things that have nothing to do with each other.
CYPHER 5
MATCH (company:Company {id: $p.company})
MATCH (customer:Customer {id: $p.customer})
MATCH (order:Order {id: $p.order})
MATCH (product:Product {id: $p.product})
MATCH (user:User {id: $p.user})
CALL () {
  // So that the index on the code gives them in their order.
  MATCH (category:Category) WHERE category.code IS NOT NULL
  WITH category ORDER BY category.code, category.id LIMIT $p.first
  RETURN collect([category.code, category.name]) AS categories
}
RETURN [
  [company.name, company.sizeBand, company.employees],
  [customer.number, customer.name, customer.lifecycleStage],
  [order.number, toString(order.placedAt), order.status],
  [product.sku, product.name],
  [user.login, user.name],
  categories
] AS answer
