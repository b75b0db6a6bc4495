#!/bin/sh
# Refuses a package that would answer nobody.
set -eu
cd "$(dirname "$0")/../.."

# test.sh leaves word here of a feed without the Functions packages; an app of their signatures alone does nothing.
if [ -f functions.world.props ] && grep -q '>surface<' functions.world.props; then
  echo "functions.world.props says that the feed had no Functions packages: delete it, and deploy where the feed has them." >&2
  exit 1
fi

# The app is built by the process that runs azd, whose own variables it sees, and not those of azd's environment.
if azd env get-value DurableBackend >/dev/null 2>&1; then
  echo "DurableBackend is a value of azd's environment, which the build of the app does not see: export it in the shell instead." >&2
  exit 1
fi
