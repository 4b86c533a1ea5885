CYPHER 5
CALL () {
  MATCH (address:Address)
    WHERE address.id IS NOT NULL
  WITH address ORDER BY address.id LIMIT $p.limit
  RETURN collect([[address.location.latitude, address.location.longitude]]) AS addressesRows
}
CALL () {
  MATCH (company:Party&Company)
    WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
  WITH company ORDER BY company.id LIMIT $p.limit2
  CALL (company) {
    MATCH (company)-[:SUBSIDIARY_OF]->(company2:Party&Company)
    WITH company2 ORDER BY company2.id LIMIT 1
    RETURN head(collect([company2.name])) AS parentRow
  }
  CALL (company) {
    MATCH (company)-[:OWNED_BY]->(user:User)
    WITH user ORDER BY user.id LIMIT 1
    RETURN head(collect([user.name])) AS ownerRow
  }
  CALL (company) {
    MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact)
      WHERE worksAt.until IS NULL
    WITH contact, worksAt ORDER BY contact.id, worksAt.id LIMIT $p.limit3
    RETURN collect([toString(worksAt.until), worksAt.roles]) AS contactsRows
  }
  RETURN collect([company.uscc, parentRow, ownerRow, contactsRows]) AS companiesRows
}
RETURN [addressesRows, companiesRows] AS answer
