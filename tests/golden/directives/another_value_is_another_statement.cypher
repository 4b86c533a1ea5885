CYPHER 5
CALL () {
  MATCH (user:User)
    WHERE user.id IS NOT NULL
  WITH user ORDER BY user.id LIMIT $p.limit
  RETURN collect([user.name, user.title, user.version]) AS usersRows
}
CALL () {
  CALL () {
    MATCH (team:Team)
    RETURN count(*) AS teamsCount
  }
  RETURN [teamsCount, null] AS teams
}
RETURN [usersRows, teams] AS answer
