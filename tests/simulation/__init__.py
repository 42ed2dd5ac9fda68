"""Deterministic simulation of the scheduler: the product's code on a virtual clock, with faults."""
