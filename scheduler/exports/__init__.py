"""Exported jobs: directories that hold all of a job, checked to the last byte when they return."""
