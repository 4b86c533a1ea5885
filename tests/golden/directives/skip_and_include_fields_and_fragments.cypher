CYPHER 5
CALL () {
  MATCH (user:User)
    WHERE user.id IS NOT NULL
  WITH user ORDER BY user.id LIMIT $p.limit
  RETURN collect([user.login, user.active]) AS usersRows
}
RETURN [usersRows] AS answer
