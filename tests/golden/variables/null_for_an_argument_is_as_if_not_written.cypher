CYPHER 5
CALL () {
  CALL () {
    MATCH (team:Team)
    RETURN count(*) AS teamsCount
  }
  RETURN [teamsCount, null] AS teams
}
RETURN [teams] AS answer
