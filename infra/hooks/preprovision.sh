#!/bin/sh
# What the parameter file reads and nobody has said yet: a key of the API, and the month from which the budget counts.
set -eu

has() { value=$(azd env get-value "$1" 2>/dev/null) && [ -n "$value" ]; }

if ! has AIGC_API_KEY_SHA256; then
  key=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  azd env set AIGC_API_KEY_SHA256 "$(printf %s "$key" | sha256sum | cut -d ' ' -f 1)"
  echo "The key of the API, which is shown this once and kept nowhere: $key"
fi

# A budget's first month cannot be changed later, so it is said once.
has AIGC_BUDGET_START || azd env set AIGC_BUDGET_START "$(date -u +%Y-%m-01)"
