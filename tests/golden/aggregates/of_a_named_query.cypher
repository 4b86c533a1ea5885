CYPHER 5
CALL () {
  CALL () {
    CALL () {
      CALL () {
        MATCH (product:Product) WHERE product.sku IN $p.skus AND true
        MATCH (product)<-[bought:BOUGHT]-(customer:Customer)-[:ACCOUNT_FOR]->(company:Company)
        WHERE ($p.since IS NULL OR bought.lastAt >= $p.since) AND true
        WITH DISTINCT company
        MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL AND true
        RETURN DISTINCT contact
      }
      RETURN contact AS contact
    }
    MATCH (contact:Party&Contact)
    WITH collect(DISTINCT contact) AS contactsAtCompaniesThatBoughtSet
    CALL (contactsAtCompaniesThatBoughtSet) {
      UNWIND contactsAtCompaniesThatBoughtSet AS contact2
      RETURN [count(*), toString(min(contact2.createdAt))] AS contactsAtCompaniesThatBoughtAggregate
    }
    CALL (contactsAtCompaniesThatBoughtSet) {
      UNWIND contactsAtCompaniesThatBoughtSet AS contact3
      OPTIONAL MATCH (contact3)-[worksAt:WORKS_AT]->(company2:Party&Company)
        WHERE worksAt.until IS NULL
      WITH DISTINCT contact3, company2.name AS employersName
      WITH employersName, count(*) AS count_
      WITH employersName, count_ ORDER BY employersName LIMIT $p.groups
      RETURN collect([employersName, count_]) AS contactsAtCompaniesThatBoughtGroups
    }
    RETURN [contactsAtCompaniesThatBoughtAggregate, contactsAtCompaniesThatBoughtGroups] AS contactsAtCompaniesThatBoughtSummary
  }
  RETURN [contactsAtCompaniesThatBoughtSummary, null] AS contactsAtCompaniesThatBought
}
RETURN [contactsAtCompaniesThatBought] AS answer
