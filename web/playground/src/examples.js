/** The tabs of a first visit, in the order one would run them. */
export const EXAMPLES = [
  {
    query: `# Welcome. Each tab is an example, to be run from left to right (Ctrl+Enter).
# 1. Who am I, which lanes are there, and what can be run?
query LookAround {
  viewer {
    name
  }
  lanes {
    name
    title
    type
  }
  jobTypes {
    key
    title
    category
  }
}
`,
  },
  {
    query: `# 2. A project, and in it a workspace. Put their uids into the next tab.
mutation CreateProject($project: CreateProjectInput!) {
  createProject(input: $project) {
    project {
      uid
    }
    errors {
      code
      message
    }
  }
}

mutation CreateWorkspace($workspace: CreateWorkspaceInput!) {
  createWorkspace(input: $workspace) {
    workspace {
      uid
    }
    errors {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify(
      {
        project: { title: 'First steps' },
        workspace: { projectUid: 'P1', title: 'Session 1' },
      },
      null,
      2,
    ),
  },
  {
    query: `# 3. A job. It is built, not queued yet; buildErrors says what is missing.
mutation CreateJob($input: CreateJobInput!) {
  createJob(input: $input) {
    job {
      uid
      status
      buildErrors {
        message
      }
    }
    errors {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify(
      { input: { projectUid: 'P1', workspaceUid: 'W1', type: 'simulate_data' } },
      null,
      2,
    ),
  },
  {
    query: `# 4. Into the queue of the default lane. Run tab 5 first to watch it go.
mutation QueueJob($input: QueueJobInput!) {
  queueJob(input: $input) {
    result {
      outcome
      job {
        status
        queuedToLane
      }
      errors {
        code
        message
      }
    }
    errors {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify(
      { input: { target: { job: { uid: { projectUid: 'P1', jobUid: 'J1' } } } } },
      null,
      2,
    ),
  },
  {
    query: `# 5. Everything that is queued or active, live: first a snapshot, then each change.
subscription Watch {
  currentJobsChanges {
    kind
    upsertedJobs {
      projectUid
      uid
      status
      progress {
        fraction
        message
      }
    }
    removedJobs {
      uid
    }
  }
}
`,
  },
];
