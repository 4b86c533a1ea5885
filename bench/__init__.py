"""How fast Guanxi is, beside the fastest that the database allows and beside what others make of the same question."""
