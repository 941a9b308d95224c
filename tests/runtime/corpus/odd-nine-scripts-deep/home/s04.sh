#!/bin/sh
./s05.sh
