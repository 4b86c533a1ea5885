CYPHER 5
CALL () {
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
    WITH searchResult, toInteger(max(score)) AS score
    MATCH (searchResult:Company|Contact|Customer|Product|Category|Order|Call|Email|Meeting|Sms|Chat|Visit|Demo|Trial|Training|Event|Note|Task|User|Team)
    RETURN count(*) AS searchCount
  }
  CALL () {
    CALL db.index.fulltext.queryNodes('guanxi_search', $p.search) YIELD node AS found2, score
    CALL (found2) {
      WITH found2 WHERE NOT found2:EmailAddress|PhoneNumber
      RETURN found2 AS searchResult2
      UNION ALL
      MATCH (found2:EmailAddress)<-[:HAS_EMAIL]-(searchResult2)
        WHERE any(label IN labels(searchResult2) WHERE label IN $p.types)
      RETURN searchResult2
      UNION ALL
      MATCH (found2:PhoneNumber)<-[:HAS_PHONE]-(searchResult2)
        WHERE any(label IN labels(searchResult2) WHERE label IN $p.types)
      RETURN searchResult2
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
