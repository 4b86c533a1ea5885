CYPHER 5
CALL () {
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
    WITH searchResult, toInteger(max(score)) AS score
    MATCH (searchResult:Company|Contact|Customer|Product|Category|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team)
    RETURN count(*) AS searchCount
  }
  CALL () {
    CALL () {
      CALL db.index.fulltext.queryNodes('guanxi_search', $p.search) YIELD node AS searchResult2, score
      RETURN searchResult2, score
      UNION ALL
      CALL db.index.fulltext.queryNodes('guanxi_search', $p.search_emailAddress) YIELD node AS emailAddress2, score
      MATCH (emailAddress2:EmailAddress)<-[:HAS_EMAIL]-(searchResult2)
        WHERE any(label IN labels(searchResult2) WHERE label IN $p.types)
      RETURN searchResult2, score
      UNION ALL
      CALL db.index.fulltext.queryNodes('guanxi_search', $p.search_phoneNumber) YIELD node AS phoneNumber2, score
      MATCH (phoneNumber2:PhoneNumber)<-[:HAS_PHONE]-(searchResult2)
        WHERE any(label IN labels(searchResult2) WHERE label IN $p.types)
      RETURN searchResult2, score
    }
    WITH searchResult2, {score: toInteger(max(score)), id: $p.asked} AS hit
    MATCH (searchResult2:Company|Contact|Customer|Product|Category|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team)
    WITH searchResult2, hit ORDER BY hit.score DESC, searchResult2.id DESC, hit.id DESC LIMIT $p.limit
    CALL (searchResult2) {
      MATCH (searchResult2)-[worksAt:WORKS_AT]->(company:Party&Company)
        WHERE searchResult2:Contact AND worksAt.until IS NULL
      WITH company, worksAt ORDER BY company.id, worksAt.id LIMIT $p.limit2
      RETURN collect([company.name]) AS employersRows
    }
    RETURN collect([hit.score, head([label IN labels(searchResult2) WHERE label IN ['Company', 'Contact', 'Customer', 'Product', 'Category', 'Order', 'Call', 'Email', 'Meeting', 'Sms', 'Chat', 'Visit', 'Demo', 'Trial', 'Training', 'Event', 'Note', 'Task', 'User', 'Team']]), searchResult2.name, searchResult2.name, employersRows]) AS searchRows
  }
  RETURN [searchCount, searchRows] AS search
}
RETURN [search] AS answer
