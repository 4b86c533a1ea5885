/*
"One step of a customer's way."
type JourneyStep {
  at: DateTime!
  "ORDER, or the activity's kind."
  kind: String!
  record: Node!
}
extend type Customer {
  "What happened about this customer and what it ordered, the latest first. Orders that were not placed are left out."
  buyingJourney(
    "Only what happened before this."
    before: DateTime
    limit: Int = 25
  ): [JourneyStep!]!
}
*/
CALL (this) {
  MATCH (this)<-[:ABOUT]-(activity:Activity) WHERE true /* visible(activity) */
  RETURN activity.at AS at, activity.kind AS kind, activity AS record
  UNION ALL
  MATCH (this)-[:PLACED]->(order:Order)
  WHERE order.placedAt IS NOT NULL AND order.status <> 'DRAFT' AND true /* visible(order) */
  RETURN order.placedAt AS at, 'ORDER' AS kind, order AS record
}
WITH at, kind, record WHERE $before IS NULL OR at < $before
RETURN at, kind, record ORDER BY at DESC, record.id LIMIT $limit
