// A page far down an order: a seek in the index that the order has, to where the page before ended. The same said with
// OR (at < x OR id < y) makes Neo4j read all that is after either value, and sort it.
CYPHER 5
MATCH (activity:Activity)
WHERE activity.id IS NOT NULL AND activity.at <= datetime($p.at)
  AND NOT (activity.at = datetime($p.at) AND activity.id >= $p.id)
WITH activity ORDER BY activity.at DESC, activity.id DESC LIMIT $p.first + 1
WITH collect([toString(activity.at), activity.subject]) AS activities
RETURN [size(activities) > $p.first, activities[..$p.first]] AS answer
