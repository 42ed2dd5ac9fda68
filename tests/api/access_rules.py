"""Who may use which field of the API: declared by hand, held against the schema by the matrix.

A new root field without an entry here fails a test by its name.
"""

from domain.permissions import Permission

READ, WRITE, ADMIN = Permission

FOR_OWN_PROJECTS = frozenset(
    [
        "queueJob",
        "queueJobs",
        "linkJob",
        "linkJobs",
        "unlinkJob",
        "unlinkJobs",
        "moveJob",
        "moveJobs",
        "killJob",
        "killJobs",
        "restartJob",
        "restartJobs",
        "clearJob",
        "clearJobs",
        "clearJobIntermediateResults",
        "clearJobsIntermediateResults",
        "exportJob",
        "exportJobs",
        "cloneJob",
        "cloneJobs",
        "markJobComplete",
        "markJobsComplete",
        "deleteJob",
        "deleteJobs",
        "setJobPriority",
        "setJobsPriority",
        "setJobFinalResult",
        "setJobsFinalResult",
        "addJobTags",
        "addJobsTags",
        "removeJobTags",
        "removeJobsTags",
        "changeJobLane",
        "changeJobsLane",
        "holdJob",
        "holdJobs",
        "releaseJob",
        "releaseJobs",
        "cloneJobChain",
        "runQuickAction",
        "clearWorkspaceIntermediateResults",
        "clearProjectIntermediateResults",
        "cancelOperation",
        "updateProject",
        "deleteProject",
        "addProjectCollaborator",
        "removeProjectCollaborator",
        "createWorkspace",
        "updateWorkspace",
        "deleteWorkspace",
        "createJob",
        "updateJob",
        "connectJobInput",
        "disconnectJobInput",
        "importJob",
        "submitInteraction",
    ]
)
"""Mutations that need WRITE and change what belongs to a project that the caller sees."""
FOR_SHARED_THINGS = frozenset(["createProject", "createTag", "updateTag", "deleteTag"])
"""Mutations that need WRITE and make or change what belongs to no project of others."""
FOR_ONESELF = frozenset(["setStarred", "setPassword", "createApiToken", "revokeApiToken"])
"""Mutations that need no more than READ: they change what is the caller's own."""
FOR_ADMINISTRATORS = frozenset(
    [
        "createLane",
        "updateLane",
        "deleteLane",
        "createNodeTarget",
        "updateNodeTarget",
        "createClusterTarget",
        "updateClusterTarget",
        "deleteTarget",
        "verifyTarget",
        "freeQuarantinedSlots",
        "releaseInstanceTokens",
        "declareTargetLost",
        "setDrained",
        "updateInstanceSettings",
        "createUser",
        "updateUser",
    ]
)
MUTATIONS: dict[str, Permission] = {
    **dict.fromkeys(FOR_OWN_PROJECTS | FOR_SHARED_THINGS, WRITE),
    **dict.fromkeys(FOR_ONESELF, READ),
    **dict.fromkeys(FOR_ADMINISTRATORS, ADMIN),
}
ON_SOMEBODY_ELSES = (FOR_OWN_PROJECTS | FOR_ONESELF) - {"createApiToken"}
"""Mutations that are refused when what they name is another user's."""

OF_ONE_PROJECT = frozenset(
    [
        "project",
        "workspace",
        "job",
        "jobChain",
        "activeRestart",
        "operation",
        "clusterScriptPreview",
        "storageUsage",
    ]
)
"""Queries that answer null or a refusal when they name what the caller does not see."""
OF_EVERYBODY = frozenset(
    [
        "node",
        "nodes",
        "viewer",
        "instance",
        "projects",
        "jobs",
        "currentJobs",
        "lanes",
        "lane",
        "targets",
        "target",
        "clusterPresets",
        "tokenUsage",
        "tags",
        "operations",
        "jobTypes",
        "jobType",
    ]
)
"""Queries that answer every signed-in caller, with what that caller sees."""
OF_ADMINISTRATORS = frozenset({"auditLog"})
QUERIES = OF_ONE_PROJECT | OF_EVERYBODY | OF_ADMINISTRATORS
SUBSCRIPTIONS: dict[str, Permission] = {
    **dict.fromkeys(
        [
            "jobChanges",
            "currentJobsChanges",
            "projectChanges",
            "workspaceChanges",
            "jobEventLog",
            "operationChanges",
            "tokenUsageChanges",
            "laneChanges",
            "notificationChanges",
        ],
        READ,
    ),
    "instanceChanges": ADMIN,
}
