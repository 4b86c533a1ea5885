CYPHER 5
CALL () {
  CALL () {
    MATCH (user:User)
      WHERE user.id IS NOT NULL AND EXISTS { MATCH (user)<-[:OWNED_BY]-(customer:Customer) WHERE EXISTS { MATCH (customer)-[:ACCOUNT_FOR]->(company:Party&Company) WHERE EXISTS { MATCH (company)<-[worksAt:WORKS_AT]-(contact:Party&Contact) WHERE worksAt.until IS NULL AND EXISTS { MATCH (contact)-[worksAt2:WORKS_AT]->(company2:Party&Company) WHERE company2.name STARTS WITH $p.name AND (worksAt2.until IS NULL) = $p.until } } } }
    RETURN count(*) AS usersCount
  }
  CALL () {
    MATCH (user2:User)
      WHERE user2.id IS NOT NULL AND EXISTS { MATCH (user2)<-[:OWNED_BY]-(customer2:Customer) WHERE EXISTS { MATCH (customer2)-[:ACCOUNT_FOR]->(company3:Party&Company) WHERE EXISTS { MATCH (company3)<-[worksAt3:WORKS_AT]-(contact2:Party&Contact) WHERE worksAt3.until IS NULL AND EXISTS { MATCH (contact2)-[worksAt4:WORKS_AT]->(company4:Party&Company) WHERE company4.name STARTS WITH $p.name AND (worksAt4.until IS NULL) = $p.until } } } }
    WITH user2 ORDER BY user2.id LIMIT $p.limit
    RETURN collect([user2.login]) AS usersRows
  }
  RETURN [usersCount, usersRows] AS users
}
RETURN [users] AS answer
