CYPHER 5
CALL () {
  CALL () {
    MATCH (activity:Activity)
      WHERE activity.kind IN $p.kind
    OPTIONAL MATCH (activity)-[:ABOUT]->(subject:Customer|Company|Contact|Order|Product)
    WITH *, CASE WHEN subject:Customer THEN subject END AS customer
    OPTIONAL MATCH (customer)-[:OWNED_BY]->(user:User)
    WITH DISTINCT activity, customer.lifecycleStage AS customerLifecycleStage, user.name AS ownerName
    WITH customerLifecycleStage, ownerName, count(*) AS count_, max(activity.at) AS maxAt
    WITH customerLifecycleStage, ownerName, count_, maxAt ORDER BY customerLifecycleStage, ownerName LIMIT $p.groups
    RETURN [[], collect([customerLifecycleStage, ownerName, count_, toString(maxAt)])] AS activitiesSummary
  }
  RETURN [activitiesSummary, null] AS activities
}
CALL () {
  MATCH (visit:Activity&Visit)
    WHERE visit.id IS NOT NULL AND visit.at IS NOT NULL
  WITH visit ORDER BY visit.at, visit.id LIMIT $p.limit
  CALL (visit) {
    CALL (visit) {
      MATCH (visit)-[:ABOUT]->(subject2:Customer|Company|Contact|Order|Product)
      WITH *, CASE WHEN subject2:Customer THEN subject2 END AS customer2
      OPTIONAL MATCH (customer2)-[:ACCOUNT_FOR]->(company:Party&Company)
      WITH DISTINCT subject2, company.name AS companyName
      WITH companyName, count(*) AS count_2
      WITH companyName, count_2 ORDER BY count_2 DESC, companyName LIMIT $p.groups2
      RETURN [[], collect([companyName, count_2])] AS aboutSummary
    }
    RETURN [aboutSummary, null] AS about
  }
  RETURN collect([about]) AS visitsRows
}
RETURN [activities, visitsRows] AS answer
