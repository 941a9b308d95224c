#!/bin/sh
./s06.sh
