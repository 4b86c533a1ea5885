CYPHER 5
CALL () {
  CALL () {
    MATCH (activity:Activity)
    WITH collect(activity) AS activitiesSet
    CALL (activitiesSet) {
      UNWIND activitiesSet AS activity2
      RETURN [count(*), toString(min(activity2.at)), toString(max(activity2.at))] AS activitiesAggregate
    }
    CALL (activitiesSet) {
      UNWIND activitiesSet AS activity3
      OPTIONAL MATCH (activity3)-[:ABOUT]->(subject:Customer|Company|Contact|Order|Product)
      WITH DISTINCT activity3, subject.id AS aboutId, subject AS subject2
      WITH aboutId, subject2, count(*) AS count_
      WITH aboutId, subject2, count_ ORDER BY count_ DESC, aboutId LIMIT $p.groups
      CALL (subject2) {
        WITH subject2 AS subject3
        MATCH (subject3:Customer|Company|Contact|Order|Product)
        RETURN head(collect([head([label IN labels(subject3) WHERE label IN ['Customer', 'Company', 'Contact', 'Order', 'Product']]), subject3.name, subject3.name])) AS subjectRow
      }
      RETURN collect([aboutId, count_, subjectRow]) AS activitiesGroups
    }
    RETURN [activitiesAggregate, activitiesGroups] AS activitiesSummary
  }
  RETURN [activitiesSummary, null] AS activities
}
RETURN [activities] AS answer
