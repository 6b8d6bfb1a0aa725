#!/bin/sh
# Builds, checks and tests the prebuilt addon of one Linux, inside a container of an old distribution that has
# Node. Usage: scripts/container.sh NEWEST_GLIBC [words for npm test]
set -eu
cd "$(dirname "$0")/.."
glibc=$1
shift

if command -v apk >/dev/null; then
  apk add --no-cache binutils cmake g++ git linux-headers make
else
  apt-get update
  apt-get install --yes --no-install-recommends binutils cmake g++ make python3-pip
  # CMakeLists.txt wants a newer one than Debian 11 has.
  case "$(cmake --version)" in
    *" 3.1"[0-8].*) pip3 install cmake==3.31.6 ;;
  esac
fi

git config --global --add safe.directory "$PWD"
npm ci
npm run prebuilds
npm run check:prebuilds -- --glibc="$glibc"
npm test -- "$@"
