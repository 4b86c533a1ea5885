CYPHER 5
CALL () {
  CALL () {
    MATCH (order_:Order)
      WHERE order_.id IS NOT NULL
    WITH order_.totalCurrency AS totalCurrency, count(*) AS count_, count(CASE WHEN order_.total IS :: INTEGER | FLOAT THEN order_.total END) AS countTotal, sum(CASE WHEN order_.total IS :: INTEGER | FLOAT THEN order_.total END) AS sumTotal, avg(CASE WHEN order_.total IS :: INTEGER | FLOAT THEN order_.total END) AS avgTotal, percentileCont(CASE WHEN order_.total IS :: INTEGER | FLOAT THEN order_.total END, $p.percentile) AS percentileTotal, sum(CASE WHEN order_.totalBase IS :: INTEGER | FLOAT THEN order_.totalBase END) AS sumTotalBase
    WITH totalCurrency, count_, countTotal, sumTotal, avgTotal, percentileTotal, sumTotalBase ORDER BY totalCurrency LIMIT $p.groups
    RETURN [[], collect([totalCurrency, count_, countTotal, sumTotal, avgTotal, percentileTotal, sumTotalBase])] AS ordersSummary
  }
  RETURN [ordersSummary, null] AS orders
}
RETURN [orders] AS answer
