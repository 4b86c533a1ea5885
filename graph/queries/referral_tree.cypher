/*
"Somebody who came by recommendation."
type Referral {
  party: Party!
  "Who recommended us to this party."
  referrer: Party!
  "1 for those whom the first contact referred, 2 for those whom they referred, and so on."
  depth: Int!
  "The party's account with us, if there is one; the oldest, if there are several."
  customer: Customer
}
extend type Contact {
  "Whom this contact referred, whom those referred, and so on, up to six deep; the nearest first."
  referralTree(limit: Int = 100): [Referral!]!
}
*/
MATCH (this) ((before)-[:REFERRED]->(step:Party WHERE true /* visible(step) */)){1,6}
WITH step[-1] AS party, CASE WHEN size(step) > 1 THEN step[-2] ELSE this END AS referrer, size(step) AS depth
RETURN party, referrer, depth,
  head(COLLECT {
    MATCH (party)<-[:ACCOUNT_FOR]-(account:Customer) WHERE true /* visible(account) */
    RETURN account ORDER BY account.id LIMIT 1
  }) AS customer
ORDER BY depth, referrer.id, party.id LIMIT $limit
