#!/bin/sh
#$ -cwd
g=$1
mafft --auto --quiet $g.fas > $g.aln || exit 1

# fasta to phylip with awk (fasta2phy.pl does it too)
awk '/^>/ { n++; name[n] = substr($1, 2); next } { seq[n] = seq[n] $1 }
     END { print n, length(seq[1]); for (i = 1; i <= n; i++) printf "%-10s %s\n", name[i], seq[i] }' $g.aln > $g.phy

raxmlHPC -f a -x 12345 -p 12345 -# 100 -m GTRGAMMA -s $g.phy -n $g

{ sed 's/^begin data/begin data/' $g.nex; cat <<MRBAYES
begin mrbayes;
  set autoclose=yes nowarn=yes;
  [ ruby, python and perl scripts read the .p files ]
  lset nst=6 rates=invgamma;
  mcmc ngen=1000000 samplefreq=500 nruns=2;
  sumt;
end;
MRBAYES
} > run_$g.nex
mb run_$g.nex > $g.mb.log 2>&1
