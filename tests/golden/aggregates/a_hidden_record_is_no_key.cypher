CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    WITH collect(order_) AS ordersSet
    CALL (ordersSet) {
      UNWIND ordersSet AS order_2
      RETURN [count(*)] AS ordersAggregate
    }
    CALL (ordersSet) {
      UNWIND ordersSet AS order_3
      OPTIONAL MATCH (order_3)-[:OWNED_BY]->(user:User)
        WHERE false
      WITH DISTINCT order_3, user.id AS ownerId, user.name AS ownerName, user AS user2
      WITH ownerId, ownerName, user2, count(*) AS count_
      WITH ownerId, ownerName, user2, count_ ORDER BY count_ DESC, ownerId, ownerName LIMIT $p.groups
      CALL (user2) {
        WITH user2 AS user3
        MATCH (user3:User)
          WHERE false
        RETURN head(collect([user3.login])) AS userRow
      }
      RETURN collect([ownerId, ownerName, count_, userRow]) AS ordersGroups
    }
    RETURN [ordersAggregate, ordersGroups] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
