CYPHER 5
CALL () {
  MATCH (party:Party)
    WHERE party.id IS NOT NULL AND party.sortKey IS NOT NULL
  WITH party ORDER BY party.sortKey, party.id LIMIT $p.limit
  RETURN collect([head([label IN labels(party) WHERE label IN ['Company', 'Contact']]), party.name, party.employees, party.name, party.language]) AS partiesRows
}
RETURN [partiesRows] AS answer
