import csv, sys
