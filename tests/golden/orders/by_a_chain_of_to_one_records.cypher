CYPHER 5
CALL () {
  MATCH (order_:Order)
    WHERE order_.id IS NOT NULL
  WITH order_, head(COLLECT { MATCH (order_)<-[:PLACED]-(customer:Customer) MATCH (customer)-[:OWNED_BY]->(user:User) MATCH (user)-[:REPORTS_TO]->(user2:User) RETURN user2.sortKey ORDER BY user2.id LIMIT 1 }) AS ordersRowsKey
  WITH order_, ordersRowsKey ORDER BY ordersRowsKey IS NULL, ordersRowsKey DESC, order_.number, order_.id LIMIT $p.limit
  CALL (order_) {
    MATCH (order_)<-[:PLACED]-(customer2:Customer)
    WITH customer2 ORDER BY customer2.id LIMIT 1
    CALL (customer2) {
      MATCH (customer2)-[:OWNED_BY]->(user3:User)
      WITH user3 ORDER BY user3.id LIMIT 1
      CALL (user3) {
        MATCH (user3)-[:REPORTS_TO]->(user4:User)
        WITH user4 ORDER BY user4.id LIMIT 1
        RETURN head(collect([user4.name])) AS managerRow
      }
      RETURN head(collect([managerRow])) AS ownerRow
    }
    RETURN head(collect([ownerRow])) AS customerRow
  }
  RETURN collect([order_.number, customerRow]) AS ordersRows
}
RETURN [ordersRows] AS answer
