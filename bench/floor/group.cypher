// What was sold of each category: lines, over their products, by category.
CYPHER 5
MATCH (category:Category)<-[:IN_CATEGORY]-(product:Product)
CALL (product) {
  MATCH (product)<-[:OF_PRODUCT]-(line:LineItem)
  RETURN count(*) AS lines, sum(line.quantity) AS quantity
}
WITH category.name AS category, sum(lines) AS lines, sum(quantity) AS quantity
WHERE lines > 0
WITH category, lines, quantity ORDER BY lines DESC, category LIMIT $p.first
RETURN collect([category, lines, quantity]) AS answer
