CYPHER 5
CALL () {
  CALL () {
    MATCH (team:Team)
      WHERE team.id IS NOT NULL
    RETURN count(*) AS teamsCount
  }
  RETURN [teamsCount, null] AS teams
}
RETURN [teams] AS answer
