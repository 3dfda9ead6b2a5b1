#!/bin/sh
# Runs a command and adds a line to a file: its name, how long it took, and what it cost the processors.
# Usage: timed.sh FILE NAME COMMAND…
file=$1 name=$2
shift 2
mkdir -p "$(dirname "$file")"
began=$(date +%s)
"$@"
code=$?
took=$(($(date +%s) - began))
# The second line says what the children of this shell cost, user and system. Not in a pipe: that is another shell.
cost_file=$file.$$
times >"$cost_file"
cost=$(sed -n 2p "$cost_file" | tr 'ms' '  ' | awk '{ printf "%.0f", ($1 + $3) * 60 + $2 + $4 }')
rm -f "$cost_file"
printf '%-24s %5d s   %5s s of processors\n' "$name" "$took" "$cost" >>"$file"
exit $code
