CYPHER 5
CALL () {
  MATCH (visit:Activity&Visit)
    WHERE visit.id IS NOT NULL
  WITH visit ORDER BY visit.id LIMIT $p.limit
  CALL (visit) {
    MATCH (visit)<-[participatedIn:PARTICIPATED_IN]-(participant:Contact|User)
    WITH participant, participatedIn ORDER BY participant.id, participatedIn.id LIMIT $p.limit2
    RETURN collect([head([label IN labels(participant) WHERE label IN ['Contact', 'User']]), participant.name, participant.version]) AS participantsRows
  }
  RETURN collect([participantsRows]) AS visitsRows
}
RETURN [visitsRows] AS answer
