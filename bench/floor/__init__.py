"""The floor: the fastest statements known for each question, with as little around them as can be."""
