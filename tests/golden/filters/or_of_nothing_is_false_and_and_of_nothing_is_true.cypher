CYPHER 5
CALL () {
  CALL () {
    MATCH (team:Team)
      WHERE false
    RETURN count(*) AS teamsCount
  }
  CALL () {
    MATCH (team2:Team)
      WHERE team2.id IS NOT NULL AND false
    WITH team2 ORDER BY team2.id LIMIT $p.limit
    RETURN collect([team2.name]) AS teamsRows
  }
  RETURN [teamsCount, teamsRows] AS teams
}
RETURN [teams] AS answer
