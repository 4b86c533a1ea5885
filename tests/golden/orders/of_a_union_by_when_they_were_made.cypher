CYPHER 5
CALL () {
  MATCH (visit:Activity&Visit)
    WHERE visit.id IS NOT NULL
  WITH visit ORDER BY visit.id LIMIT $p.limit
  CALL (visit) {
    MATCH (visit)<-[participatedIn:PARTICIPATED_IN]-(participant:Contact|User)
    WITH participant, participatedIn ORDER BY participant.createdAt, participatedIn.role IS NULL, participatedIn.role DESC, participant.id DESC, participant.id DESC, participatedIn.id DESC LIMIT $p.limit2
    RETURN collect([participatedIn.role]) AS participantsRows
  }
  RETURN collect([participantsRows]) AS visitsRows
}
RETURN [visitsRows] AS answer
