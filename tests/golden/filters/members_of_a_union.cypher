CYPHER 5
CALL () {
  MATCH (activity:Activity)
    WHERE activity.id IS NOT NULL AND EXISTS { MATCH (activity)<-[:PARTICIPATED_IN]-(participant:Contact|User) WHERE (participant:User AND participant.login = $p.login) } AND activity.at IS NOT NULL
  WITH activity ORDER BY activity.at, activity.id LIMIT $p.limit
  RETURN collect([activity.subject]) AS activitiesRows
}
CALL () {
  MATCH (activity2:Activity)
    WHERE activity2.id IS NOT NULL AND NOT EXISTS { MATCH (activity2)<-[:PARTICIPATED_IN]-(participant2:Contact|User) WHERE NOT coalesce(participant2:Contact|User AND (NOT participant2:Contact OR participant2.language = $p.language), false) } AND activity2.at IS NOT NULL
  WITH activity2 ORDER BY activity2.at, activity2.id LIMIT $p.limit2
  RETURN collect([activity2.subject]) AS activitiesRows2
}
CALL () {
  CALL () {
    MATCH (activity3:Activity)
      WHERE EXISTS { MATCH (activity3)<-[participatedIn:PARTICIPATED_IN]-(participant3:Contact|User) WHERE participatedIn.role = $p.role AND participant3:Contact }
    RETURN count(*) AS activitiesCount
  }
  RETURN [activitiesCount, null] AS activities
}
RETURN [activitiesRows, activitiesRows2, activities] AS answer
