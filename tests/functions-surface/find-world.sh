#!/usr/bin/env bash
# Finds out whether the feed serves the packages of functions/, says so, and remembers it for the build in functions.world.props:
# "gallery" where it does, "surface" where functions/ can only be checked against tests/functions-surface.
#   find-world.sh           asks the feed where the versions or the project changed since it was last asked
#   find-world.sh --again   asks in any case, as for another feed
# Exit codes: 0 known, or there is no functions/; 1 not to be found out; 2 bad arguments.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

remembered=functions.world.props
again=''
case ${1-} in
  '') ;;
  --again) again=1 ;;
  *)
    echo "usage: $0 [--again]" >&2
    exit 2 ;;
esac

project=$(compgen -G 'functions/*.csproj' | head -n 1)
[ -n "$project" ] || exit 0

asked_for() {
  # What decides the answer: versions, the project, and a feed that the repository names.
  cat Directory.Packages.props "$project" NuGet.config nuget.config 2>/dev/null | git hash-object --stdin
}

say() {
  case $1 in
    gallery) echo 'world: gallery. The feed serves the Functions packages: functions/ is built with them.' ;;
    surface)
      echo 'world: surface. The feed does not serve the Functions packages:' \
        'functions/ is checked against tests/functions-surface, and is NOT built for deployment.' ;;
  esac
}

# remember WORLD ASKED-FOR: whole or not at all, since a build may be reading it.
remember() {
  cat >"$remembered.new" <<TEXT && mv "$remembered.new" "$remembered"
<Project>
  <!-- Written by tests/functions-surface/find-world.sh. Delete it, and the feed is asked again. -->
  <PropertyGroup>
    <FunctionsPackages Condition="'\$(FunctionsPackages)' == ''">$1</FunctionsPackages>
  </PropertyGroup>
  <!-- asked for: $2 -->
</Project>
TEXT
}

key=$(asked_for)
if [ -z "$again" ] && [ -e "$remembered" ] && grep -qF "asked for: $key " "$remembered"; then
  say "$(sed -n 's/.*>\(gallery\|surface\)<.*/\1/p' "$remembered")"
  exit 0
fi

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# Projects and what they import, without sources: the restore leaves no trace in the working tree, whose obj folders are of one world.
find . \( -name bin -o -name obj -o -name node_modules -o -name .git -o -name .local \) -prune -o -type f \
  \( -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name global.json -o -iname nuget.config \) ! -name "$remembered" -print |
  while IFS= read -r file; do
    mkdir -p "$scratch/$(dirname "$file")" && cp "$file" "$scratch/$file"
  done

echo 'Asking the feed for the Functions packages...'
if (cd "$scratch" && dotnet restore "$project" --nologo -p:FunctionsPackages=gallery) >"$scratch/log" 2>&1; then
  if ! grep -q '"Microsoft\.Azure\.Functions\.Worker/' "$scratch/functions/obj/project.assets.json"; then
    echo "$project takes no Functions packages with -p:FunctionsPackages=gallery: which world this is cannot be found out." >&2
    exit 1
  fi
  remember gallery "$key" && say gallery
  exit
fi

# A name or version that the feed does not have; anything else is a fault that may be gone the next time.
missing=$(sed -nE \
  -e 's/.*error NU110[12]: Unable to find package ([A-Za-z0-9.]*[A-Za-z0-9]).*/\1/p' \
  -e 's/.*error NU1603: .* but ([A-Za-z0-9.]+) ([0-9][^ ]*) was not found\. [A-Za-z0-9.]+ ([0-9][^ ]*) was resolved.*/\1 \2 (but \3)/p' \
  "$scratch/log" | grep -E '^Microsoft\.(Azure\.Functions|Azure\.DurableTask|DurableTask)\.' | sort -u)
if [ -n "$missing" ]; then
  remember surface "$key" && say surface && sed 's/^/  not served: /' <<<"$missing"
else
  echo 'The feed could not be asked, and is asked again the next time:' >&2
  grep -E 'error|warn' "$scratch/log" | sort -u | head -n 5 >&2
  remember surface 'not answered' && say surface
fi
