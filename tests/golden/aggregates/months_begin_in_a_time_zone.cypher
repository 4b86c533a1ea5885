CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    WITH CASE WHEN order_.placedAt IS NOT NULL THEN date.truncate('month', datetime({datetime: order_.placedAt, timezone: $p.timeZone})) END AS placedAt, count(*) AS count_, sum(order_.totalBase) AS sumTotalBase
    WITH placedAt, count_, sumTotalBase ORDER BY placedAt IS NULL, placedAt DESC LIMIT $p.groups
    RETURN [[], collect([CASE WHEN placedAt IS NOT NULL THEN [toString(placedAt), toString(datetime({datetime: datetime({date: placedAt, timezone: $p.timeZone}), timezone: 'Z'}))] END, count_, sumTotalBase])] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
