CYPHER 5
CALL () {
  CALL () {
    MATCH (user:User)
      WHERE NOT coalesce(user.id IN $p.id, false) AND user.login = $p.login
    RETURN count(*) AS usersCount
  }
  CALL () {
    MATCH (user2:User)
      WHERE user2.id IS NOT NULL AND NOT coalesce(user2.id IN $p.id, false) AND user2.login = $p.login
    WITH user2 ORDER BY user2.id LIMIT $p.limit
    RETURN collect([user2.login]) AS usersRows
  }
  RETURN [usersCount, usersRows] AS users
}
RETURN [users] AS answer
