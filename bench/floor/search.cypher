// Companies by the beginnings of words, the best first, with the first people of each.
CYPHER 5
CALL db.index.fulltext.queryNodes('bench_company_names', $p.phrase) YIELD node AS company, score
WITH company ORDER BY score DESC, company.id LIMIT $p.first
CALL (company) {
  MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL
  WITH contact, job ORDER BY contact.id, job.id LIMIT $p.people
  RETURN collect(contact.name) AS contacts
}
RETURN collect([company.name, contacts]) AS answer
