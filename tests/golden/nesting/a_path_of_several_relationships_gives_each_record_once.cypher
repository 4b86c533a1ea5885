CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[:ACCOUNT_FOR]-(:Customer)-[:BOUGHT]->(product:Product)
      RETURN count(DISTINCT product) AS boughtCount
    }
    CALL (company) {
      MATCH (company)<-[:ACCOUNT_FOR]-(:Customer)-[:BOUGHT]->(product2:Product)
      WITH DISTINCT product2 ORDER BY product2.sku, product2.id LIMIT $p.limit2
      RETURN collect([product2.sku]) AS boughtRows
    }
    RETURN [boughtCount, boughtRows] AS bought
  }
  RETURN collect([bought]) AS companiesRows
}
CALL () {
  MATCH (customer:Customer)
    WHERE customer.number IN $p.number AND customer.number IS NOT NULL
  WITH customer ORDER BY customer.number, customer.id LIMIT $p.limit3
  CALL (customer) {
    MATCH (customer)-[:ACCOUNT_FOR]->(party:Party)
    WITH party ORDER BY party.id LIMIT 1
    RETURN head(collect([party.name])) AS partyRow
  }
  CALL (customer) {
    MATCH (customer)-[:ACCOUNT_FOR]->(:Party)<-[worksAt:WORKS_AT*0..1]-(contact:Party&Contact)
      WHERE all(each IN worksAt WHERE each.until IS NULL)
    WITH DISTINCT contact ORDER BY contact.id LIMIT $p.limit4
    RETURN collect([contact.name]) AS contactsRows
  }
  RETURN collect([partyRow, contactsRows]) AS customersRows
}
RETURN [companiesRows, customersRows] AS answer
