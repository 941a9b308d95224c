# functions for phylogeny.sh, source me
LOG=phylogeny.log
OPT=/opt/bio

init() { mkdir -p aln tmp; : > $LOG; }

align () {
	mafft --localpair --maxiterate 1000 genes/$1.fa 2>> $LOG > tmp/$1.aln
	perl $OPT/pal2nal.pl tmp/$1.aln genes/$1.fa -output paml > aln/$1.phy
}

concat () {
	perl FASconCAT.pl -s -p "$@" >> $LOG 2>&1 && mv FcC_supermatrix.phy all.phy
}

model () {
	java -Xmx4G -jar $OPT/jmodeltest-2.1.10/jModelTest.jar -d all.phy -f -i -g 4 -s 11 -AIC -o models.txt -tr ${NSLOTS:-1}
}

draw () {
	Rscript -e "library(ape); t <- read.tree('$1'); pdf('$1.pdf'); plot(ladderize(t)); dev.off()"
}

# not used any more
beast () { java -jar $OPT/beast.jar -beagle $1.xml; python $OPT/sumtrees.py $1.trees; }
