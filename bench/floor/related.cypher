// Who works at companies that bought a product: from the product back, each record once after every step.
CYPHER 5
MATCH (product:Product) WHERE product.name = $p.product AND product.id IS NOT NULL
MATCH (product)<-[:BOUGHT]-(customer:Customer)
WITH DISTINCT customer
MATCH (customer)-[:ACCOUNT_FOR]->(company:Company)
WITH DISTINCT company
MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL
WITH DISTINCT contact ORDER BY contact.id LIMIT $p.first
CALL (contact) {
  MATCH (contact)-[job:WORKS_AT]->(company:Company) WHERE job.until IS NULL
  WITH company, job ORDER BY company.id, job.id LIMIT $p.employers
  RETURN collect(company.name) AS employers
}
RETURN collect([contact.name, employers]) AS answer
