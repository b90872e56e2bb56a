#!/bin/sh
# The nightly build: dependencies first, then wiretrace. Run from the root of the checkout.
set -eu
root=$(pwd)
jobs=${JOBS:-2}
warnings='-Wall -Wextra -Werror=implicit-function-declaration -Wno-error=deprecated-declarations'

dependency() {
  name=$1
  shift
  echo "=== configure $name"
  cmake -S "third_party/$name" -B "build/$name" -DCMAKE_INSTALL_PREFIX="$root/deps" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_C_FLAGS="$warnings" -DBUILD_SHARED_LIBS=OFF "$@"
  echo "=== build $name"
  cmake --build "build/$name" --verbose --parallel "$jobs"
  echo "=== install $name"
  cmake --install "build/$name"
}

dependency zlib-ng -DBUILD_TESTING=OFF
dependency libgit2 -DBUILD_TESTS=OFF -DBUILD_CLI=OFF -DUSE_SSH=OFF -DUSE_HTTPS=OFF -DREGEX_BACKEND=builtin
dependency librdkafka -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF -DRDKAFKA_BUILD_STATIC=ON \
  -DWITH_CURL=OFF -DWITH_SSL=OFF

echo "=== configure wiretrace"
cmake -S . -B build/wiretrace -DDEPS="$root/deps" -DDEPS_SOURCE="$root/third_party"
echo "=== build wiretrace"
# --keep-going: report everything that is wrong in one nightly run
cmake --build build/wiretrace --verbose --parallel "$jobs" -- --keep-going
