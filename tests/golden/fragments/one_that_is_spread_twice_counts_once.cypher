CYPHER 5
CALL () {
  MATCH (user:User)
    WHERE user.id IS NOT NULL
  WITH user ORDER BY user.id LIMIT $p.limit
  CALL (user) {
    MATCH (user)-[:REPORTS_TO]->(user2:User)
    WITH user2 ORDER BY user2.id LIMIT 1
    RETURN head(collect([user2.login])) AS managerRow
  }
  RETURN collect([user.login, managerRow]) AS usersRows
}
RETURN [usersRows] AS answer
