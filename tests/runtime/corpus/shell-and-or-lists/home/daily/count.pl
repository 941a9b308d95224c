while (<>) { $n++ } print "$n\n";
