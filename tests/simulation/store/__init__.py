"""A faithful database in memory: what the product asks of MongoDB, and an error for the rest."""
