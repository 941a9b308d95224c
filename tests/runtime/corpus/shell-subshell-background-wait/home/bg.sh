#!/bin/bash
( cd crawler && java -cp crawler.jar org.example.Crawl & )
{ sleep 1; python3 watch.py; } &
wait
