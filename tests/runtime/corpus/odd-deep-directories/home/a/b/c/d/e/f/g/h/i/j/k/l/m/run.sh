#!/bin/sh
cd "$(dirname "$0")/../../../../../.." && lua top.lua
