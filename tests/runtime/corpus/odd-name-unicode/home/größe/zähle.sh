#!/bin/bash
cd "$(dirname "$0")"
perl zähl.pl
ruby счёт.rb
