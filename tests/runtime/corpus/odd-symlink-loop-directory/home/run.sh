#!/bin/sh
perl loop/loop/loop/x.pl
