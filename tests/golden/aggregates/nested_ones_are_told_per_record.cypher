CYPHER 5
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND EXISTS { MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact) WHERE worksAt.until IS NULL } AND company.sortKey IS NOT NULL
  WITH company ORDER BY company.sortKey, company.id LIMIT $p.limit
  CALL (company) {
    CALL (company) {
      MATCH (company)<-[worksAt2:WORKS_AT]-(contact2:Party&Contact)
        WHERE worksAt2.until IS NULL
      WITH collect([contact2, worksAt2]) AS contactsSet
      CALL (contactsSet) {
        UNWIND contactsSet AS member
        WITH member[0] AS contact3, member[1] AS worksAt3
        RETURN [count(*), toString(min(worksAt3.since)), count(DISTINCT worksAt3.title), count(DISTINCT contact3.language)] AS contactsAggregate
      }
      CALL (contactsSet) {
        UNWIND contactsSet AS member2
        WITH member2[0] AS contact4, member2[1] AS worksAt4
        WITH worksAt4.title AS title, count(*) AS count_, max(worksAt4.since) AS maxSince
        WITH title, count_, maxSince ORDER BY count_ DESC, title LIMIT $p.groups
        RETURN collect([title, count_, toString(maxSince)]) AS contactsGroups
      }
      RETURN [contactsAggregate, contactsGroups] AS contactsSummary
    }
    RETURN [contactsSummary, null] AS contacts
  }
  RETURN collect([company.name, contacts]) AS companiesRows
}
RETURN [companiesRows] AS answer
