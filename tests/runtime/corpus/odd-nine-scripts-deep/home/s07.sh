#!/bin/sh
./s08.sh
