// 20 companies in the order of an index, 10 people of each, the last 5 activities of each of those.
CYPHER 5
MATCH (company:Company) WHERE company.sortKey IS NOT NULL AND company.id IS NOT NULL
WITH company ORDER BY company.sortKey, company.id LIMIT $p.first
CALL (company) {
  MATCH (company)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL
  WITH contact, job ORDER BY contact.id, job.id LIMIT $p.people
  CALL (contact) {
    MATCH (contact)-[:PARTICIPATED_IN|ABOUT]-(activity:Activity)
    WITH DISTINCT activity ORDER BY activity.at DESC, activity.id DESC LIMIT $p.activities
    RETURN collect([toString(activity.at), activity.subject]) AS activities
  }
  RETURN collect([contact.name, activities]) AS contacts
}
RETURN collect([company.name, contacts]) AS answer
