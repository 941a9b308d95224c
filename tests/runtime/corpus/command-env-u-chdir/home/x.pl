print scalar(gmtime), "\n";
