#!/bin/bash
. "$(dirname "$0")/common.sh"
notify "$HOME/list.txt"
