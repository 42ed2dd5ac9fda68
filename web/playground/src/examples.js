/** The tabs of a first visit, in the order one would run them. */
export const EXAMPLES = [
  {
    query: `# Welcome. The tabs are steps: run them from left
# to right, each with Ctrl+Enter.
# 1. Who am I, which lanes and job types are there?
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
    query: `# 2. A project, then a workspace in it: put the
# cursor into one and run it. Tab 3 uses their uids.
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
    query: `# 3. A job, built and not queued yet;
# buildErrors says what it still needs.
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
    query: `# 4. Into the queue of the default lane. Watch it
# go on the Current Jobs page, or by tab 5.
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
    query: `# 5. All queued and active jobs, live: first a
# snapshot, then each change.
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
