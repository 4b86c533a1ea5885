CYPHER 5
CALL () {
  MATCH (party:Party)
    WHERE party.id IS NOT NULL AND party.sortKey IS NOT NULL
  WITH party ORDER BY party.sortKey DESC, party.id DESC LIMIT $p.limit
  CALL (party) {
    MATCH (party)-[hasEmail:HAS_EMAIL]->(emailAddress:EmailAddress)
    WITH emailAddress, hasEmail ORDER BY emailAddress.id, hasEmail.id LIMIT $p.limit2
    RETURN collect([emailAddress.value]) AS emailsRows
  }
  CALL (party) {
    CALL (party) {
      MATCH (party)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
        WHERE party:Company AND worksAt.until IS NULL
      RETURN count(*) AS contactsCount
    }
    RETURN [contactsCount, null] AS contacts
  }
  CALL (party) {
    MATCH (party)-[worksAt2:WORKS_AT]->(company:Party&Company)
      WHERE party:Contact AND worksAt2.until IS NULL
    WITH company, worksAt2 ORDER BY company.id, worksAt2.id LIMIT $p.limit3
    RETURN collect([company.name]) AS employersRows
  }
  RETURN collect([head([label IN labels(party) WHERE label IN ['Company', 'Contact']]), emailsRows, contacts, employersRows]) AS partiesRows
}
RETURN [partiesRows] AS answer
