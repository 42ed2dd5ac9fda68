"""The root of mutations: the nouns, composed."""

from resolvers.containers import ContainerMutations
from resolvers.job_actions import ActionMutations
from resolvers.job_building import BuildingMutations
from resolvers.job_imports import ImportMutations
from resolvers.lanes import LaneMutations
from resolvers.next_jobs import NextJobMutations
from resolvers.projects import ProjectMutations
from resolvers.settings import SettingsMutations
from resolvers.tags import TagMutations
from resolvers.targets import TargetMutations
from resolvers.users import UserMutations
from schema.described import object_type


@object_type
class Mutation(
    ImportMutations,
    ActionMutations,
    BuildingMutations,
    NextJobMutations,
    ProjectMutations,
    ContainerMutations,
    TagMutations,
    LaneMutations,
    UserMutations,
    TargetMutations,
    SettingsMutations,
):
    """Write entry points. Payloads are nullable so that an unexpected failure of one field does not
    erase its siblings."""
