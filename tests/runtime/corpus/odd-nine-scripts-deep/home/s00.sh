#!/bin/sh
./s01.sh
