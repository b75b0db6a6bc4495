#!/usr/bin/env bash
# Starts what the Functions app needs and then the app itself: Azurite, gpu-host, functions. One Ctrl-C ends all.
#   ./run-local.sh                       all three
#   ./run-local.sh --without-functions   Azurite and gpu-host only, as for an app that a debugger starts
# Logs are in .local/logs, Azurite's data in .local/azurite: delete .local to begin anew.
# Ports, as environment variables: AZURITE_PORT (10000: blobs there, queues one above, tables two above), GPU_HOST_PORT (5001;
# its probes are 1000 above), FUNCTIONS_PORT (7071).
# Exit codes: 0 ended by Ctrl-C, 1 something did not start or ended by itself, 2 bad arguments, 3 `func` is missing.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

blob_port=${AZURITE_PORT:-10000}
queue_port=$((blob_port + 1))
table_port=$((blob_port + 2))
grpc_port=${GPU_HOST_PORT:-5001}
probe_port=$((grpc_port + 1000))
functions_port=${FUNCTIONS_PORT:-7071}
start_limit=120   # seconds for each to become healthy
end_limit=30      # seconds for each to end by itself: gpu-host takes 20 for work under way

names=() pids=() ending=''

say() { printf '[run-local] %s\n' "$*"; }

fail() {
  say "$*" >&2
  exit 1
}

with_functions=1
for argument in "$@"; do
  case $argument in
    --without-functions) with_functions='' ;;
    *)
      say "unknown argument '$argument'; usage: ./run-local.sh [--without-functions]" >&2
      exit 2 ;;
  esac
done

# Shows and keeps a program's lines. It ends when the program's output does, and not by the signals that end the program.
keep_log() {
  trap '' INT TERM HUP
  exec 9>&-
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >>".local/logs/$1.log"
    printf '[%s] %s\n' "$1" "$line"
  done
}

# start NAME COMMAND...: as a process group of its own, so that Ctrl-C does not reach it before us, and its children end with it.
start() {
  local name=$1
  shift
  : >".local/logs/$name.log"
  set -m
  "$@" <"${input:-/dev/null}" > >(keep_log "$name") 2>&1 9>&- &
  pids+=($!)
  names+=("$name")
  set +m
}

end_all() {
  [ -z "$ending" ] || return 0
  ending=1
  trap '' INT TERM HUP
  local i waited
  # The last that was started has the others in use.
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM -- "-${pids[i]}" 2>/dev/null || continue
    say "ending ${names[i]}"
    waited=0
    while kill -0 -- "-${pids[i]}" 2>/dev/null; do
      if ((waited++ >= end_limit * 10)); then
        say "${names[i]} did not end in $end_limit s and is killed"
        kill -KILL -- "-${pids[i]}" 2>/dev/null
        break
      fi
      # Azurite is held up by its pipe: it is let go once all three services have closed, so that what they hold is on disk.
      if [ "${names[i]}" = azurite ] && { ((waited > 50)) || azurite_closed; }; then exec 9>&-; fi
      sleep 0.1
    done
    wait "${pids[i]}" 2>/dev/null
  done
}

azurite_closed() { [ "$(grep -c 'successfully closed' .local/logs/azurite.log)" -ge 3 ]; }

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# answers PORT PATH: whether a GET is answered by 200.
answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    IFS= read -r -t 5 status <&3 && [[ $status == "HTTP/1."?" 200"* ]]
  ) 2>/dev/null
}

# await CHECK...: until the program that was started last passes, or ended, or had its time.
await() {
  local last=$((${#pids[@]} - 1)) deadline=$((SECONDS + start_limit))
  until "$@"; do
    kill -0 "${pids[last]}" 2>/dev/null || fail "${names[last]} ended while it started: see .local/logs/${names[last]}.log"
    ((SECONDS < deadline)) || fail "${names[last]} was not healthy within $start_limit s: see .local/logs/${names[last]}.log"
    sleep 0.2
  done
  say "${names[last]} is up"
}

azurite_up() { port_open "$blob_port" && port_open "$queue_port" && port_open "$table_port"; }

# Before anything is started: what is missing, and how to get it.
if [ -n "$with_functions" ] && ! command -v func >/dev/null; then
  cat >&2 <<'TEXT'
[run-local] `func`, the Azure Functions Core Tools, is missing. Install it with
    npm i -g azure-functions-core-tools@4 --unsafe-perm true
Meanwhile the same pipeline runs in one process, without Azure:
    dotnet run --project standalone -- "three green stars on a black background"
TEXT
  exit 3
fi
command -v dotnet >/dev/null || fail 'the .NET 10 SDK is missing: https://dot.net/download'
command -v node >/dev/null || fail 'Node.js, which Azurite runs on, is missing: https://nodejs.org'
[ -z "$with_functions" ] || compgen -G 'functions/*.csproj' >/dev/null || fail 'there is no project in functions/'

ports=("$blob_port" "$queue_port" "$table_port" "$grpc_port" "$probe_port")
[ -z "$with_functions" ] || ports+=("$functions_port")
for port in "${ports[@]}"; do
  ! port_open "$port" || fail "port $port is taken: end what listens there, or set AZURITE_PORT, GPU_HOST_PORT or FUNCTIONS_PORT"
done

if [ ! -d tests/azurite/node_modules/azurite ]; then
  say 'installing Azurite (npm)'
  npm ci --prefix tests/azurite --no-audit --no-fund --loglevel=error || fail 'npm could not install Azurite'
fi

say 'building gpu-host'
# Built first and started without `dotnet run`, which would stand between the host and the signal that ends it.
dotnet build gpu-host/GpuHost --nologo -v quiet || fail 'gpu-host was not built'
host=$(dotnet msbuild gpu-host/GpuHost -getProperty:TargetPath) || fail "no path of gpu-host: $host"

mkdir -p .local/logs .local/azurite || fail 'cannot write .local'
trap end_all EXIT
trap 'exit 0' INT TERM HUP

# Every Azurite has this key; it is in its documentation and opens nothing else.
key='Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
account=devstoreaccount1
storage="DefaultEndpointsProtocol=http;AccountName=$account;AccountKey=$key"
storage+=";BlobEndpoint=http://127.0.0.1:$blob_port/$account;QueueEndpoint=http://127.0.0.1:$queue_port/$account"
storage+=";TableEndpoint=http://127.0.0.1:$table_port/$account;"

# Azurite ends when this pipe closes, which it does however this script ends.
pipe=.local/azurite.pipe
rm -f "$pipe" && mkfifo "$pipe" && exec 9<>"$pipe" || fail "cannot make $pipe"
input=$pipe start azurite node tests/azurite/start.js --location .local/azurite --silent --skipApiVersionCheck --disableTelemetry \
  --blobPort "$blob_port" --queuePort "$queue_port" --tablePort "$table_port"
await azurite_up

# Artifacts are shared through Azurite's blobs: what gpu-host stores, the app serves.
start gpu-host env Store__ConnectionString="$storage" Telemetry__JsonLogs=false \
  dotnet "$host" --Listen:GrpcPort "$grpc_port" --Listen:ProbePort "$probe_port"
await answers "$probe_port" /readyz

if [ -n "$with_functions" ]; then
  [ -e functions/local.settings.json ] || cp functions/local.settings.json.example functions/local.settings.json
  # What is in the environment wins over local.settings.json.
  start functions env AzureWebJobsStorage="$storage" Aigc__GpuHosts__0="http://127.0.0.1:$grpc_port" \
    bash -c 'cd functions && exec func start --port "$1"' func "$functions_port"
  await answers "$functions_port" /admin/host/ping
  say "try: curl -i 'http://127.0.0.1:$functions_port/api/generations?wait=20' --json '{\"prompt\":\"a red circle\"}'"
else
  say "for the app: AzureWebJobsStorage is '$storage', Aigc__GpuHosts__0 is 'http://127.0.0.1:$grpc_port'"
fi
say 'Ctrl-C ends all'

while sleep 1; do
  for ((i = 0; i < ${#pids[@]}; i++)); do
    kill -0 "${pids[i]}" 2>/dev/null || fail "${names[i]} ended by itself: see .local/logs/${names[i]}.log"
  done
done
