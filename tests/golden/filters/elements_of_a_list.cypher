CYPHER 5
CALL () {
  CALL () {
    MATCH (contact:Party&Contact)
      WHERE EXISTS { MATCH (contact)-[worksAt:WORKS_AT]->(company:Party&Company) WHERE $p.roles IN worksAt.roles }
    RETURN count(*) AS contactsCount
  }
  RETURN [contactsCount, null] AS contacts
}
CALL () {
  CALL () {
    MATCH (contact2:Party&Contact)
      WHERE EXISTS { MATCH (contact2)-[worksAt2:WORKS_AT]->(company2:Party&Company) WHERE any(each IN worksAt2.roles WHERE each IN $p.roles2) }
    RETURN count(*) AS contactsCount2
  }
  RETURN [contactsCount2, null] AS contacts2
}
CALL () {
  CALL () {
    MATCH (contact3:Party&Contact)
      WHERE NOT EXISTS { MATCH (contact3)-[worksAt3:WORKS_AT]->(company3:Party&Company) WHERE NOT coalesce((worksAt3.roles IS NULL) = $p.roles3, false) }
    RETURN count(*) AS contactsCount3
  }
  RETURN [contactsCount3, null] AS contacts3
}
RETURN [contacts, contacts2, contacts3] AS answer
