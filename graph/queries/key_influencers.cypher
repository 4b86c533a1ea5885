/*
"Somebody whose word counts in a company."
type KeyInfluencer {
  contact: Contact!
  title: String
  "How many people this person influences, inside the company and elsewhere."
  influences: Int!
  "The sum of those influences' weights; one without a weight counts 1."
  weight: Float!
  "How many people and companies this person referred to us."
  referrals: Int!
  "How many people report to this person, directly or over up to five others."
  span: Int!
}
extend type Company {
  "Who works here now and has influence, the most influential first: by weight, then referrals, then span."
  keyInfluencers(limit: Int = 10): [KeyInfluencer!]!
}
*/
MATCH (this)<-[job:WORKS_AT]-(contact:Contact) WHERE job.until IS NULL AND true /* visible(contact) */
WITH contact, head(collect(job.title)) AS title
WITH contact, title,
  COLLECT {
    MATCH (contact)-[influence:INFLUENCES]->(influenced:Contact) WHERE true /* visible(influenced) */
    RETURN coalesce(influence.weight, 1.0)
  } AS weights,
  COUNT { MATCH (contact)-[:REFERRED]->(referred:Party) WHERE true /* visible(referred) */ } AS referrals,
  COUNT {
    MATCH (contact) ((head)<-[:REPORTS_TO]-(report:Contact WHERE true /* visible(report) */)){1,6}
    RETURN DISTINCT report[-1]
  } AS span
RETURN contact, title, size(weights) AS influences, reduce(sum = 0.0, each IN weights | sum + each) AS weight,
  referrals, span
ORDER BY weight DESC, referrals DESC, span DESC, contact.id LIMIT $limit
