#!/bin/sh
./s02.sh
