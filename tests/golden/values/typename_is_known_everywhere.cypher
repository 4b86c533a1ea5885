CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit
  CALL (company) {
    MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
      WHERE worksAt.until IS NULL
    WITH contact, worksAt ORDER BY contact.id, worksAt.id LIMIT $p.limit2
    RETURN collect([]) AS contactsRows
  }
  CALL (company) {
    MATCH (company)<-[:ACCOUNT_FOR]-(customer:Customer)
    WITH customer ORDER BY customer.id LIMIT $p.limit3
    CALL (customer) {
      MATCH (customer)-[:ACCOUNT_FOR]->(party:Party)
      WITH party ORDER BY party.id LIMIT 1
      RETURN head(collect([head([label IN labels(party) WHERE label IN ['Company', 'Contact']])])) AS partyRow
    }
    RETURN collect([partyRow, customer.revenue, customer.revenueCurrency]) AS customersRows
  }
  RETURN collect([contactsRows, customersRows]) AS companiesRows
}
RETURN [companiesRows] AS answer
