/*
"One way from a user to a contact."
type IntroductionPath {
  "The user, whoever and whatever lies between, and the contact, in this order."
  through: [Node!]!
  "The relationships between them: TOUCHED, KNOWS, WORKS_AT."
  via: [String!]!
  "The product of the links' strengths, from 0 to 1. A job that ended counts for a third of one that lasts."
  strength: Float!
}
extend type Query {
  """
  How one of our users reaches a contact, and through whom: the shortest ways over people they had to do with, who know
  each other or work, or worked, at one company; at most four links, the strongest way first.
  """
  introductionPath(userId: ID!, contactId: ID!, limit: Int = 3): [IntroductionPath!]!
}
*/
MATCH (me:User) WHERE me.id = $userId AND true /* visible(me) */
MATCH (target:Contact) WHERE target.id = $contactId AND true /* visible(target) */
MATCH path = ALL SHORTEST (me) ((before)-[:TOUCHED|KNOWS|WORKS_AT]-(step:Contact|Company
  WHERE true /* visible(step) */)){1,4} (target)
WITH path, reduce(strength = 1.0, link IN relationships(path) | strength * coalesce(link.strength,
  CASE WHEN type(link) = 'WORKS_AT' AND link.until IS NULL THEN 0.6 ELSE 0.2 END)) AS strength
RETURN nodes(path) AS through, [link IN relationships(path) | type(link)] AS via, strength
ORDER BY strength DESC, [node IN nodes(path) | node.id] LIMIT $limit
