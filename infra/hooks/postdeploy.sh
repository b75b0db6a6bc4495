#!/bin/sh
# Says where it is.
set -eu
echo "The page and the API: $AIGC_URL"
