"""The rules and the records of Lanekeeper: what every process shares."""
