"""Templates of clusters: what they use, whether they are right, what they say for a job."""

from domain.cluster_templates.check import SAMPLE, check_custom, checked
from domain.cluster_templates.marks import MARKS, OPEN_END, Marks, marked
from domain.cluster_templates.names import TEMPLATES, custom_names
from domain.cluster_templates.presets import PRESETS
from domain.cluster_templates.render import Rendering, Template, render
from domain.cluster_templates.systems import DIRECTIVES, ClusterSystem, system_of
from domain.cluster_templates.together import Together
from domain.cluster_templates.values import INTERPRETER, Submission, quoted, supervising, values_of

__all__ = [
    "DIRECTIVES",
    "INTERPRETER",
    "MARKS",
    "OPEN_END",
    "PRESETS",
    "SAMPLE",
    "TEMPLATES",
    "ClusterSystem",
    "Marks",
    "Rendering",
    "Submission",
    "Template",
    "Together",
    "check_custom",
    "checked",
    "custom_names",
    "marked",
    "quoted",
    "render",
    "supervising",
    "system_of",
    "values_of",
]
