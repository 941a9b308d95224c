#!/bin/sh
./s07.sh
