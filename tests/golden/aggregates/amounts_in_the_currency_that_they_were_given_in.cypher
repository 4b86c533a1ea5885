CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
    WITH order_.totalCurrency AS totalCurrency, count(*) AS count_, count(order_.total) AS countTotal, sum(order_.total) AS sumTotal, avg(order_.total) AS avgTotal, percentileCont(order_.total, $p.percentile) AS percentileTotal, sum(order_.totalBase) AS sumTotalBase
    WITH totalCurrency, count_, countTotal, sumTotal, avgTotal, percentileTotal, sumTotalBase ORDER BY totalCurrency LIMIT $p.groups
    RETURN [[], collect([totalCurrency, count_, countTotal, sumTotal, avgTotal, percentileTotal, sumTotalBase])] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
