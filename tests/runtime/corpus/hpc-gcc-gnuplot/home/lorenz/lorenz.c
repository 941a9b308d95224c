#include <stdio.h>
#include <stdlib.h>
/* perl version: system("perl lorenz.pl") */
int main(int argc, char **argv) {
	double r = atof(argv[1]);
	printf("%g\n", r);
	return 0;
}

