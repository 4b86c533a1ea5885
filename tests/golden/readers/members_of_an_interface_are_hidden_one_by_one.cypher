CYPHER 5
CALL () {
  CALL () {
    MATCH (party:Party)
      WHERE party.id IS NOT NULL AND party:Company|Contact AND NOT party:Company
    RETURN count(*) AS partiesCount
  }
  CALL () {
    MATCH (party2:Party)
      WHERE party2.id IS NOT NULL AND party2:Company|Contact AND NOT party2:Company AND party2.sortKey IS NOT NULL
    WITH party2 ORDER BY party2.sortKey, party2.id LIMIT $p.limit
    RETURN collect([party2.name]) AS partiesRows
  }
  RETURN [partiesCount, partiesRows] AS parties
}
CALL () {
  MATCH (customer:Customer)
    WHERE customer.number IN $p.number AND customer.number IS NOT NULL
  WITH customer ORDER BY customer.number, customer.id LIMIT $p.limit2
  CALL (customer) {
    MATCH (customer)-[:ACCOUNT_FOR]->(party3:Party)
      WHERE party3:Company|Contact AND NOT party3:Company
    WITH party3 ORDER BY party3.id LIMIT 1
    RETURN head(collect([party3.name])) AS partyRow
  }
  CALL (customer) {
    CALL (customer) {
      MATCH (customer)-[:ACCOUNT_FOR]->(party4:Party)<-[worksAt:WORKS_AT*0..1]-(contact:Party&Contact)
        WHERE party4:Company|Contact AND NOT party4:Company AND all(each IN worksAt WHERE each.until IS NULL)
      RETURN count(DISTINCT contact) AS contactsCount
    }
    RETURN [contactsCount, null] AS contacts
  }
  RETURN collect([customer.number, partyRow, contacts]) AS customersRows
}
RETURN [parties, customersRows] AS answer
