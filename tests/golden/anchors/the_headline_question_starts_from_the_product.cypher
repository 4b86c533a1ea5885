CYPHER 5
CALL () {
  CALL () {
    MATCH (product:Product)
      WHERE product.id IS NOT NULL AND product.name = $p.name
    MATCH (customer:Customer)-[:BOUGHT]->(product)
    WITH DISTINCT customer
    MATCH (company:Party&Company)<-[:ACCOUNT_FOR]-(customer)
    WITH DISTINCT company
    MATCH (contact:Party&Contact)-[worksAt:WORKS_AT]->(company)
      WHERE worksAt.until IS NULL
    RETURN count(DISTINCT contact) AS contactsCount
  }
  CALL () {
    MATCH (product2:Product)
      WHERE product2.id IS NOT NULL AND product2.name = $p.name
    MATCH (customer2:Customer)-[:BOUGHT]->(product2)
    WITH DISTINCT customer2
    MATCH (company2:Party&Company)<-[:ACCOUNT_FOR]-(customer2)
    WITH DISTINCT company2
    MATCH (contact2:Party&Contact)-[worksAt2:WORKS_AT]->(company2)
      WHERE worksAt2.until IS NULL
    WITH DISTINCT contact2 ORDER BY contact2.id LIMIT $p.limit
    CALL (contact2) {
      MATCH (contact2)-[worksAt3:WORKS_AT]->(company3:Party&Company)
        WHERE worksAt3.until IS NULL
      WITH company3, worksAt3 ORDER BY company3.id, worksAt3.id LIMIT $p.limit2
      RETURN collect([company3.name]) AS employersRows
    }
    RETURN collect([contact2.name, employersRows]) AS contactsRows
  }
  RETURN [contactsCount, contactsRows] AS contacts
}
RETURN [contacts] AS answer
