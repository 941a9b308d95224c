exit 1;
