#!/bin/bash
# Runs node_test.js on the addon. Usage: node_test.sh SCRIPT ADDON
set -euo pipefail
exec node "$1" "$(realpath "$2")"
