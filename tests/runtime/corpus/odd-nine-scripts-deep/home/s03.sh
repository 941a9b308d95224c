#!/bin/sh
./s04.sh
