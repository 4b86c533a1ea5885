CYPHER 5
CALL () {
  CALL db.index.fulltext.queryNodes('guanxi_search', $p.search) YIELD node AS found, score
  CALL (found) {
    WITH found WHERE NOT found:EmailAddress|PhoneNumber
    RETURN found AS searchResult
    UNION ALL
    MATCH (found:EmailAddress)<-[:HAS_EMAIL]-(searchResult)
      WHERE any(label IN labels(searchResult) WHERE label IN $p.types)
    RETURN searchResult
    UNION ALL
    MATCH (found:PhoneNumber)<-[:HAS_PHONE]-(searchResult)
      WHERE any(label IN labels(searchResult) WHERE label IN $p.types)
    RETURN searchResult
  }
  WITH searchResult, {score: toInteger(max(score)), id: $p.asked} AS hit
  MATCH (searchResult:Company|Contact|Customer|Product|Category|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team)
    WHERE (searchResult:Product AND EXISTS { MATCH (searchResult)<-[:SUPPLIES]-(company:Party&Company) WHERE company.name CONTAINS $p.name })
  WITH searchResult, hit ORDER BY hit.score DESC, searchResult.id DESC, hit.id DESC LIMIT $p.limit
  RETURN collect([head([label IN labels(searchResult) WHERE label IN ['Company', 'Contact', 'Customer', 'Product', 'Category', 'Order', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team']]), searchResult.name, searchResult.sku, hit.score, searchResult.id, hit.id]) AS searchRows
}
RETURN [searchRows] AS answer
