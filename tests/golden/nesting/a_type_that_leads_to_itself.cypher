CYPHER 5
CALL () {
  MATCH (user:User)
    WHERE user.id IS NOT NULL AND NOT coalesce(EXISTS { MATCH (user)-[:REPORTS_TO]->(user2:User) }, false)
  WITH user ORDER BY user.id LIMIT $p.limit
  CALL (user) {
    MATCH (user)<-[:REPORTS_TO]-(user3:User)
    WITH user3 ORDER BY user3.login, user3.id LIMIT $p.limit2
    CALL (user3) {
      MATCH (user3)<-[:REPORTS_TO]-(user4:User)
      WITH user4 ORDER BY user4.id LIMIT $p.limit3
      RETURN collect([user4.login]) AS reportsRows2
    }
    RETURN collect([user3.login, reportsRows2]) AS reportsRows
  }
  RETURN collect([user.login, reportsRows]) AS usersRows
}
RETURN [usersRows] AS answer
