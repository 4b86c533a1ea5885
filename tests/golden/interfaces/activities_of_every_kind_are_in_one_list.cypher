CYPHER 5
CALL () {
  CALL () {
    MATCH (activity:Activity)
    RETURN count(*) AS activitiesCount
  }
  CALL () {
    MATCH (activity2:Activity)
      WHERE activity2.id IS NOT NULL AND activity2.at IS NOT NULL
    WITH activity2 ORDER BY activity2.at, activity2.id LIMIT $p.limit
    RETURN collect([head([label IN labels(activity2) WHERE label IN ['Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task']]), toString(activity2.at), activity2.kind, activity2.subject, activity2.durationSec, toString(activity2.dueAt)]) AS activitiesRows
  }
  RETURN [activitiesCount, activitiesRows] AS activities
}
RETURN [activities] AS answer
