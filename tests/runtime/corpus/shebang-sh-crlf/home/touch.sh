#!/bin/sh
date > last-run.txt
sleep 1
