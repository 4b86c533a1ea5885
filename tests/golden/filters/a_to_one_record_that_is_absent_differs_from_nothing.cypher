CYPHER 5
CALL () {
  CALL () {
    MATCH (customer:Customer)
      WHERE EXISTS { MATCH (customer)-[:OWNED_BY]->(user:User) WHERE NOT coalesce(user.login = $p.login, false) }
    RETURN count(*) AS customersCount
  }
  CALL () {
    MATCH (customer2:Customer)
      WHERE EXISTS { MATCH (customer2)-[:OWNED_BY]->(user2:User) WHERE NOT coalesce(user2.login = $p.login, false) } AND customer2.number IS NOT NULL
    WITH customer2 ORDER BY customer2.number, customer2.id LIMIT $p.limit
    RETURN collect([customer2.number]) AS customersRows
  }
  RETURN [customersCount, customersRows] AS customers
}
RETURN [customers] AS answer
