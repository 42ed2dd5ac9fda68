"""Long actions, carried out step by step from their records; every step can be done twice."""
