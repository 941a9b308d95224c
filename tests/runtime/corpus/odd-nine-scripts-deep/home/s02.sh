#!/bin/sh
./s03.sh
