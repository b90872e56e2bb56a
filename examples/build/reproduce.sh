#!/bin/sh
# Makes build.log again: the same build, on a scratch directory that is too small. Needs root (mount), cargo, cmake, gcc.
#   sh reproduce.sh [SCRATCH_SIZE]    default 12m; with 256m the same build succeeds
set -eu
here=$(cd "$(dirname "$0")" && pwd)
size=${1:-12m}
base=/srv/build
work=$base/wiretrace
fetch=$base/fetch
scratch=$base/scratch

mkdir -p "$fetch/src" "$scratch"
cp "$here/dependencies.toml" "$fetch/Cargo.toml"
: > "$fetch/src/lib.rs"
(cd "$fetch" && cargo vendor --quiet vendor > /dev/null)

rm -rf "$work"
cp -r "$here/project" "$work"
mkdir -p "$work/third_party"
cp -r "$fetch/vendor/libz-ng-sys/src/zlib-ng" "$work/third_party/zlib-ng"
cp -r "$fetch/vendor/libgit2-sys/libgit2" "$work/third_party/libgit2"
cp -r "$fetch/vendor/rdkafka-sys/librdkafka" "$work/third_party/librdkafka"
# Without libcurl its CMake build defines this as 0, and the source only asks whether it is defined.
sed -i 's/#ifdef WITH_OAUTHBEARER_OIDC/#if WITH_OAUTHBEARER_OIDC/' "$work/third_party/librdkafka/src/rdkafka_conf.c"

mount -t tmpfs -o "size=$size" tmpfs "$scratch"
trap 'umount "$scratch"' EXIT
status=0
(cd "$work" && env -i PATH=/usr/bin:/bin HOME="$work" LC_ALL=C TMPDIR="$scratch" sh ci/build.sh) > "$base/build.log" 2>&1 || status=$?
echo "exit status $status, $(wc -c < "$base/build.log") bytes in $base/build.log"
