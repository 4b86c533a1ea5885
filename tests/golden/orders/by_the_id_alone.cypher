CYPHER 5
CALL () {
  MATCH (team:Team)
    WHERE team.id IS NOT NULL AND team.id IS NOT NULL
  WITH team ORDER BY team.id DESC, team.id DESC LIMIT $p.limit
  RETURN collect([team.name]) AS teamsRows
}
RETURN [teamsRows] AS answer
