CYPHER 5
CALL () {
  CALL () {
    CALL db.index.fulltext.queryNodes('guanxi_search', $p.search) YIELD node AS searchResult, score
    RETURN searchResult, score
    UNION ALL
    CALL db.index.fulltext.queryNodes('guanxi_search', $p.search_emailAddress) YIELD node AS emailAddress, score
    MATCH (emailAddress:EmailAddress)<-[:HAS_EMAIL]-(searchResult)
      WHERE any(label IN labels(searchResult) WHERE label IN $p.types)
    RETURN searchResult, score
    UNION ALL
    CALL db.index.fulltext.queryNodes('guanxi_search', $p.search_phoneNumber) YIELD node AS phoneNumber, score
    MATCH (phoneNumber:PhoneNumber)<-[:HAS_PHONE]-(searchResult)
      WHERE any(label IN labels(searchResult) WHERE label IN $p.types)
    RETURN searchResult, score
  }
  WITH searchResult, {score: toInteger(max(score)), id: $p.asked} AS hit
  MATCH (searchResult:Company|Contact|Customer|Product|Category|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team)
    WHERE (searchResult:Product AND EXISTS { MATCH (searchResult)<-[:SUPPLIES]-(company:Party&Company) WHERE company.name CONTAINS $p.name })
  WITH searchResult, hit ORDER BY hit.score DESC, searchResult.id DESC, hit.id DESC LIMIT $p.limit
  RETURN collect([head([label IN labels(searchResult) WHERE label IN ['Company', 'Contact', 'Customer', 'Product', 'Category', 'Order', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team']]), searchResult.name, searchResult.sku, hit.score, searchResult.id, hit.id]) AS searchRows
}
RETURN [searchRows] AS answer
