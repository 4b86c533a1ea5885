CYPHER 5
CALL () {
  CALL () {
    MATCH (company:Party&Company)
      WHERE company.id IS NOT NULL AND company.name STARTS WITH $p.name AND NOT coalesce(EXISTS { MATCH (user:User) WHERE user.id = company.createdBy }, false) AND NOT coalesce(EXISTS { MATCH (user2:User) WHERE user2.id = company.updatedBy }, false)
    RETURN count(*) AS companiesCount
  }
  CALL () {
    MATCH (company2:Party&Company)
      WHERE company2.id IS NOT NULL AND company2.name STARTS WITH $p.name AND NOT coalesce(EXISTS { MATCH (user3:User) WHERE user3.id = company2.createdBy }, false) AND NOT coalesce(EXISTS { MATCH (user4:User) WHERE user4.id = company2.updatedBy }, false)
    WITH company2 ORDER BY company2.id LIMIT $p.limit
    RETURN collect([company2.name]) AS companiesRows
  }
  RETURN [companiesCount, companiesRows] AS companies
}
RETURN [companies] AS answer
