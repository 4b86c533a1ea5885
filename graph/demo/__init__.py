"""A believable world to try things out in: invented companies and people, and what happened between them and us."""
