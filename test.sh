#!/usr/bin/env bash
# Sets up what the tests need and runs them all. The last line printed is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"

# Hosts read their settings once. Each that watches the files all the same takes one of the 128 inotify instances that a user has unless told otherwise.
export DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE=false

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Azurite, the storage emulator: tests that need it say so and are skipped where it cannot be had.
if [ ! -d tests/azurite/node_modules/azurite ]; then
  if command -v npm >/dev/null; then
    echo "Installing Azurite (npm)..."
    npm ci --prefix tests/azurite --no-audit --no-fund --loglevel=error || echo "skip: npm could not install Azurite, so the blob store is not tested against it"
  else
    echo "skip: npm is missing, so Azurite cannot be installed and the blob store is not tested against it"
  fi
fi

# The official JavaScript client of OpenAI's API, which is run against the server.
if [ ! -d tests/openai-client/node_modules/openai ]; then
  if command -v npm >/dev/null; then
    echo "Installing the openai client (npm)..."
    npm ci --prefix tests/openai-client --no-audit --no-fund --loglevel=error || echo "skip: npm could not install the openai client, so the OpenAI routes are not tested with it"
  else
    echo "skip: npm is missing, so the openai client cannot be installed and the OpenAI routes are not tested with it"
  fi
fi

# Redis, which instances of the app share a cache in.
if [ ! -x /usr/bin/redis-server ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Redis (apt-get)..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server; } >/dev/null 2>&1 ||
      echo "skip: apt-get could not install Redis, so the shared cache is not tested against it"
  else
    echo "skip: /usr/bin/redis-server is missing and may not be installed here, so the shared cache is not tested against it"
  fi
fi

# Chromium, which the web page is tried in, and axe-core, whose rules it is held to.
if [ ! -x /usr/bin/chromium ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium (apt-get)..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 ||
      echo "skip: apt-get could not install Chromium, so the web page is not tried in a browser"
  else
    echo "skip: /usr/bin/chromium is missing and may not be installed here, so the web page is not tried in a browser"
  fi
fi
if [ ! -d tests/axe/node_modules/axe-core ]; then
  if command -v npm >/dev/null; then
    npm ci --prefix tests/axe --no-audit --no-fund --loglevel=error || echo "skip: npm could not install axe-core, so the web page is not held to its rules"
  else
    echo "skip: npm is missing, so axe-core cannot be installed and the web page is not held to its rules"
  fi
fi

# Whether functions/ is really built here, or only checked against signatures. Said again at the end, so that nobody misses it.
if ! world=$(tests/functions-surface/find-world.sh); then
  echo "Whether the feed serves the Functions packages could not be found out: no test was run."
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
[ -z "$world" ] || echo "$world"

if ! dotnet build Aigc.Functions.sln --nologo -v quiet; then
  echo "The build failed: no test was run."
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

dotnet test Aigc.Functions.sln --no-build --nologo -v quiet --logger "console;verbosity=minimal" --logger trx --results-directory "$results"
status=$?

passed=0 failed=0 skipped=0
for file in "$results"/*.trx; do
  [ -e "$file" ] || continue
  counters=$(grep -o '<Counters [^>]*' "$file")
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  total=$(count total) executed=$(count executed)
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed)))
  skipped=$((skipped + total - executed))
  # A skipped test without its reason is a gap nobody knows of. Those of one class and reason are one line.
  awk '/outcome="NotExecuted"/ { match($0, /testName="[^"]*"/); name = substr($0, RSTART + 10, RLENGTH - 11); waiting = 1 }
       waiting && /<Message>/ {
         sub(/.*<Message>/, ""); sub(/<\/Message>.*/, ""); waiting = 0
         class = name; sub(/\(.*/, "", class); sub(/\.[^.]*$/, "", class)
         key = class SUBSEP $0; count[key]++; first[key] = name
       }
       END { for (key in count) { split(key, part, SUBSEP)
         print "skip: " (count[key] > 1 ? count[key] " tests of " part[1] : first[key]) ": " part[2] } }' "$file"
done

# A run that ended badly without a failed test, as when a test host crashes, is a failure too.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
[ -z "$world" ] || grep '^world:' <<<"$world"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
