// The named query contactsAtCompaniesThatBought, with what is selected below it.
CYPHER 5
MATCH (product:Product) WHERE product.sku IN $p.skus
MATCH (product)<-[:BOUGHT]-(:Customer)-[:ACCOUNT_FOR]->(company:Company)
WITH DISTINCT company
MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL
WITH DISTINCT contact ORDER BY contact.id LIMIT $p.first
CALL (contact) {
  MATCH (contact)-[has:HAS_EMAIL]->(email:EmailAddress)
  WITH email, has ORDER BY email.id, has.id LIMIT $p.emails
  RETURN collect(email.value) AS emails
}
CALL (contact) {
  MATCH (contact)-[job:WORKS_AT]->(company:Company) WHERE job.until IS NULL
  WITH company, job ORDER BY company.id, job.id LIMIT $p.employers
  RETURN collect([company.name, company.sizeBand]) AS employers
}
RETURN collect([contact.name, emails, employers]) AS answer
