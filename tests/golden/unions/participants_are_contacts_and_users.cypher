CYPHER 5
CALL () {
  MATCH (meeting:Activity&Meeting)
    WHERE meeting.id IS NOT NULL AND meeting.subject = $p.subject
  WITH meeting ORDER BY meeting.id LIMIT $p.limit
  CALL (meeting) {
    MATCH (meeting)<-[participatedIn:PARTICIPATED_IN]-(participant:Contact|User)
    WITH participant, participatedIn ORDER BY participant.id, participatedIn.id LIMIT $p.limit2
    RETURN collect([participatedIn.role, head([label IN labels(participant) WHERE label IN ['Contact', 'User']]), participant.name, participant.login]) AS participantsRows
  }
  RETURN collect([participantsRows]) AS meetingsRows
}
RETURN [meetingsRows] AS answer
