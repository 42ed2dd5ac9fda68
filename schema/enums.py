"""The domain's enums as clients see them; every value is described."""

from domain.actions import JobAction
from domain.documents.event_log import EventType
from domain.documents.operation import OperationStatus
from domain.permissions import Permission, UserRole
from domain.status import JobStatus, QueueStatus
from domain.use_cases.job_results import BulkPolicy
from schema.described import describe

describe(
    BulkPolicy,
    "BulkErrorPolicy",
    "What a multi action does about jobs it cannot act on.",
    {
        "APPLY_APPLICABLE": "Act on every applicable job and skip the rest (the CryoSPARC"
        " behaviour).",
        "ALL_OR_NOTHING": "Check every job first; act on none if any is not applicable.",
        "STOP_ON_FIRST_ERROR": "Act in input order and stop at the first failure.",
    },
)

describe(
    JobStatus,
    "JobStatus",
    "Job scheduling status.",
    {
        "BUILDING": "Being configured; may be edited.",
        "QUEUED": "Waiting in a lane.",
        "LAUNCHED": "Submitted to the target.",
        "STARTED": "Monitor process is up.",
        "RUNNING": "Main process is running.",
        "WAITING": "Waiting for user interaction.",
        "COMPLETED": "Finished.",
        "KILLED": "Stopped by a user.",
        "FAILED": "Stopped by an error.",
    },
)

describe(
    QueueStatus,
    "JobQueueStatus",
    "Why a queued job has not started.",
    {
        "WAITING_INPUTS": "A parent has not completed.",
        "PROJECT_PAUSED": "The project's queue is paused, or the project is archived.",
        "ON_HOLD": "A user holds the job back; releaseJob lets it go on.",
        "ACTIVELY_QUEUED": "Ready; not yet looked at by the scheduler.",
        "LAUNCHED": "Handed to a target.",
        "WAITING_MAINTENANCE": "The instance, lane or target is drained.",
        "WAITING_LICENSES": "Too few free GPU tokens.",
        "WAITING_RESOURCES": "Too few free slots on the targets of the lane.",
    },
)

describe(
    JobAction,
    "JobAction",
    "Every action that can be taken on a job.",
    {
        "QUEUE": "Queue.",
        "LINK": "Link.",
        "UNLINK": "Unlink.",
        "MOVE": "Move.",
        "KILL": "Kill.",
        "RESTART": "Restart.",
        "CLEAR": "Clear.",
        "CLEAR_INTERMEDIATE_RESULTS": "Clear intermediate results.",
        "EXPORT": "Export.",
        "CLONE": "Clone.",
        "CLONE_CHAIN": "Clone chain.",
        "MARK_COMPLETE": "Mark complete.",
        "DELETE": "Delete.",
        "SET_PRIORITY": "Set priority.",
        "ADD_TAGS": "Add tags.",
        "REMOVE_TAGS": "Remove tags.",
        "SET_FINAL_RESULT": "Set final result.",
        "RUN_QUICK_ACTION": "Run quick action.",
        "CHANGE_LANE": "Change lane.",
        "HOLD": "Hold.",
        "RELEASE": "Release.",
        "UPDATE": "Update.",
        "CONNECT_INPUT": "Connect input.",
        "DISCONNECT_INPUT": "Disconnect input.",
        "SUBMIT_INTERACTION": "Submit interaction.",
        "IMPORT": "Import.",
    },
)

describe(
    OperationStatus,
    "OperationStatus",
    "Status of a long-running operation.",
    {
        "PENDING": "Pending.",
        "RUNNING": "Running.",
        "SUCCEEDED": "Succeeded.",
        "PARTIALLY_SUCCEEDED": "Partially succeeded.",
        "FAILED": "Failed.",
        "CANCELLED": "Cancelled.",
    },
)

describe(
    Permission,
    "Permission",
    "Coarse permissions, also the scopes of an API token. Each includes the ones before it.",
    {
        "READ": "See projects and jobs.",
        "WRITE": "Create, change and act on projects, workspaces and jobs.",
        "ADMIN": "Administer the instance.",
    },
)

describe(
    UserRole,
    "UserRole",
    "Role of a user account.",
    {
        "USER": "Works in projects.",
        "ADMIN": "Administers the instance.",
    },
)

describe(
    EventType,
    "EventLogType",
    "Event log entry types.",
    {
        "TEXT": "Text.",
        "WARNING": "Warning.",
        "ERROR": "Error.",
        "IMAGE": "Image.",
        "INTERACTIVE": "Interactive.",
        "CHECKPOINT": "Checkpoint.",
    },
)
