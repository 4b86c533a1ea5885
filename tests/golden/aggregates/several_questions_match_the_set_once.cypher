CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.status IN $p.status
    WITH collect(order_) AS ordersSet
    CALL (ordersSet) {
      UNWIND ordersSet AS order_2
      RETURN [count(*), sum(order_2.totalBase)] AS ordersAggregate
    }
    CALL (ordersSet) {
      UNWIND ordersSet AS order_3
      WITH order_3.status AS status, count(*) AS count_
      WITH status, count_ ORDER BY count_ DESC, status LIMIT $p.groups
      RETURN collect([status, count_]) AS ordersGroups
    }
    CALL (ordersSet) {
      UNWIND ordersSet AS order_4
      WITH CASE WHEN order_4.placedAt IS NOT NULL THEN date.truncate('year', datetime({datetime: order_4.placedAt, timezone: $p.timeZone})) END AS placedAt, count(*) AS count_2
      WITH placedAt, count_2 ORDER BY count_2 DESC, placedAt LIMIT $p.groups2
      RETURN collect([CASE WHEN placedAt IS NOT NULL THEN [toString(placedAt), toString(datetime({datetime: datetime({date: placedAt, timezone: $p.timeZone}), timezone: 'Z'}))] END, count_2]) AS ordersGroups2
    }
    RETURN [ordersAggregate, ordersGroups, ordersGroups2] AS ordersSummary
  }
  CALL () {
    MATCH (order_5:Order)
      WHERE order_5.id IS NOT NULL AND order_5.status IN $p.status
    WITH order_5 ORDER BY order_5.id LIMIT $p.limit
    RETURN collect([order_5.number]) AS ordersRows
  }
  RETURN [ordersSummary, ordersRows] AS orders
}
RETURN [orders] AS answer
