#!/bin/bash
bash lib/two.sh "$@"
