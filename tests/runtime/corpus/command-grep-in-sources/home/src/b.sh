#!/bin/sh
perl a.pl
