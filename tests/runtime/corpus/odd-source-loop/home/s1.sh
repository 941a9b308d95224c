#!/bin/bash
source ./s2.sh
source ./dir
