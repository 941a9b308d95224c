#!/bin/sh
date >> build.log
tail -n 100 build.log > build.log.new && mv build.log.new build.log
