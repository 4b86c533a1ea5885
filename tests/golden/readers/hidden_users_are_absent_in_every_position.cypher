CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE (NOT coalesce(EXISTS { MATCH (customer)-[:OWNED_BY]->(user:User) WHERE false }, false) OR (EXISTS { MATCH (customer)-[:OWNED_BY]->(user2:User) WHERE false AND user2.login = $p.login }))
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE customer2.id IS NOT NULL AND (NOT coalesce(EXISTS { MATCH (customer2)-[:OWNED_BY]->(user3:User) WHERE false }, false) OR (EXISTS { MATCH (customer2)-[:OWNED_BY]->(user4:User) WHERE false AND user4.login = $p.login }))
    WITH customer2, head(COLLECT { MATCH (customer2)-[:OWNED_BY]->(user5:User) WHERE false RETURN user5.sortKey ORDER BY user5.id LIMIT 1 }) AS customersRowsKey
    WITH customer2, customersRowsKey ORDER BY customersRowsKey, customer2.number, customer2.id LIMIT $p.limit
    CALL (customer2) {
      MATCH (customer2)-[:OWNED_BY]->(user6:User)
        WHERE false
      WITH user6 ORDER BY user6.id LIMIT 1
      RETURN head(collect([user6.login])) AS ownerRow
    }
    RETURN collect([customer2.number, ownerRow]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
CALL () {
  CALL () {
    MATCH (user7:User)
      WHERE user7.id IS NOT NULL AND false
    RETURN count(*) AS usersCount
  }
  RETURN [usersCount, null] AS users
}
RETURN [customers, users] AS answer
