#!/bin/sh
# drain.sh SPOOL TARGET: stop courier on this host and hand what is queued to another one.
# Dead events stay: somebody has to look at them anyway.
set -eu
spool=${1:?usage: drain.sh SPOOL user@host:/path}
target=${2:?usage: drain.sh SPOOL user@host:/path}

systemctl stop courier

left=$(find "$spool/busy" -name '*.json' | wc -l)
if [ "$left" -gt 0 ]; then
  # The process was killed before it could finish; these may have been delivered already.
  echo "drain: $left events were in flight and may arrive twice" >&2
  find "$spool/busy" -name '*.json' -exec mv {} "$spool/new/" \;
fi

# Not --remove-source-files in one go: a copy that fails half way must leave the queue whole.
rsync --archive --ignore-existing "$spool/new/" "$target/new/"
find "$spool/new" -name '*.json' -delete
