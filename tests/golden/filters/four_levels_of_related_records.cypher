CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name
    MATCH (contact:Party&Contact)-[worksAt:WORKS_AT]->(company)
      WHERE (worksAt.until IS NULL) = $p.until
    WITH DISTINCT contact
    MATCH (company2:Party&Company)<-[worksAt2:WORKS_AT]-(contact)
      WHERE worksAt2.until IS NULL
    WITH DISTINCT company2
    MATCH (customer:Customer)-[:ACCOUNT_FOR]->(company2)
    WITH DISTINCT customer
    MATCH (user:User)<-[:OWNED_BY]-(customer)
    RETURN count(DISTINCT user) AS usersCount
  }
  CALL () {
    MATCH (company3:Party&Company)
      WHERE company3.id IS NOT NULL AND company3.name STARTS WITH $p.name
    MATCH (contact2:Party&Contact)-[worksAt3:WORKS_AT]->(company3)
      WHERE (worksAt3.until IS NULL) = $p.until
    WITH DISTINCT contact2
    MATCH (company4:Party&Company)<-[worksAt4:WORKS_AT]-(contact2)
      WHERE worksAt4.until IS NULL
    WITH DISTINCT company4
    MATCH (customer2:Customer)-[:ACCOUNT_FOR]->(company4)
    WITH DISTINCT customer2
    MATCH (user2:User)<-[:OWNED_BY]-(customer2)
    WITH DISTINCT user2 ORDER BY user2.id LIMIT $p.limit
    RETURN collect([user2.login]) AS usersRows
  }
  RETURN [usersCount, usersRows] AS users
}
RETURN [users] AS answer
