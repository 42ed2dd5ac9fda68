# The program of the jobs: it waits behind a named pipe, and ends well if told so there.
cd "$(dirname "$LANEKEEPER_JOB_FILE")" || exit 1
mkfifo gate
if [ "$(cat gate)" = well ]; then
    committed='{"v": 1, "token": "%s", "outcome": "completed", "outputs": {}}'
    printf "$committed" "$LANEKEEPER_ATTEMPT" > unfinished && mv unfinished ../../outputs.json
fi
